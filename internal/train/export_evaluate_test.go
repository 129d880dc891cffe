package train

// What tests look at one by one.
var (
	MatrixClasses = matrixClasses
	LabelClasses  = labelClasses
	QuantilesOf   = residuals
	ReadThreshold = readThreshold
)

// Judge checks gates against an evaluation.
func Judge(e *Evaluation, gates []Gate) { e.judge(gates) }
