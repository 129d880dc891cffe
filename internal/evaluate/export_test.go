package evaluate

// What tests look at one by one.
var (
	LabelClasses = labelClasses
	QuantilesOf  = residuals
)
