package model

// Parts are the parts of the data, prepared for the model; one that does not
// exist is nil.
type Parts struct{ Train, Validation, Test *Part }
