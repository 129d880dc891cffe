package evaluate

// What tests look at one by one.
var (
	LabelClasses  = labelClasses
	QuantilesOf   = residuals
	ReadThreshold = readThreshold
)

// Judge checks gates against an evaluation.
func Judge(e *Result, gates []Gate) { e.Judge(gates) }
