package schema

import "mlp/internal/spec"

// A TargetScale is how the target of a regression is trained. Predictions and
// metrics are in the target's own units all the same.
type TargetScale string

// The scales.
const (
	ScaleAuto     TargetScale = "auto"     // what the loss and the last activation allow
	ScaleStandard TargetScale = "standard" // (y − mean)/sd
	ScaleDivide   TargetScale = "scale"    // y/sd: zero stays zero, and signs stay
	ScaleLog1p    TargetScale = "log1p"    // ln(1 + y), standardised; for y > −1
	ScaleNone     TargetScale = "none"     // as it stands
)

func decodeTargetScale(f *spec.Fields) TargetScale {
	s := f.Enum("scale_target", "auto", "how the target of a regression is trained; standard (true): (y − mean)/sd; scale: y/sd; log1p: ln(1 + y), standardised; none (false): "+
		"as it stands; auto: standard where the loss and the last activation take any number, else scale or none",
		"auto", "standard", "scale", "log1p", "none", "true", "false")
	switch s {
	case "true":
		return ScaleStandard
	case "false":
		return ScaleNone
	}
	return TargetScale(s)
}
