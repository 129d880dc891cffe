package model

// Parts are the parts of the data, prepared for the model; one that does not exist
// is nil.
type Parts struct{ Train, Validation, Test *Part }

// HeldOut returns the rows on which a run is finally judged, and what they are
// called: test rows if there are any, else validation, else training rows.
func (p Parts) HeldOut() (part *Part, name string) {
	switch {
	case p.Test != nil:
		return p.Test, "test"
	case p.Validation != nil:
		return p.Validation, "validation"
	}
	return p.Train, "training"
}
