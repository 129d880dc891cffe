package evaluate

// What tests look at one by one.
var (
	LabelClasses = labelClasses
	QuantilesOf  = residuals
)

// HoldOutputs sets how many outputs are held at the most.
func HoldOutputs(most int) { mostHeld = most }
