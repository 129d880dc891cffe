package metric

import "mlp/internal/spec"

// addOperating registers the maximum of one rate over the thresholds at which
// another, constrained, is at least a given value; 0 if there is no such threshold.
func addOperating(name, doc, given string, maximized, constrained value) spec.Registered {
	return Metrics.Add(name, doc+", over all distinct scores; 0 if there is none", func(f *spec.Fields) Metric {
		floor := f.NeedFloat(given, "the least "+given, spec.In(0, 1))
		m := &auc{name: name, thresholds: f.OptInt("num_thresholds", evenDoc, spec.AtLeast(2))}
		m.area = func(points []point) float64 {
			all := points[len(points)-1]
			best := 0.0
			for _, p := range points {
				tp, fp, fn, tn := p.tp, p.fp, all.tp-p.tp, all.fp-p.fp
				if constrained(tp, fp, fn, tn) >= floor {
					best = max(best, maximized(tp, fp, fn, tn))
				}
			}
			return best
		}
		return m
	})
}

func specificity(_, fp, _, tn float64) float64 { return ratio(tn, tn+fp) }

var (
	_ = addOperating("sensitivity_at_specificity", "the highest sensitivity with at least this specificity",
		"specificity",
		recall, specificity)
	_ = addOperating("specificity_at_sensitivity", "the highest specificity with at least this sensitivity",
		"sensitivity",
		specificity, recall)
	_ = addOperating("precision_at_recall", "the highest precision with at least this recall",
		"recall",
		precision, recall)
	_ = addOperating("recall_at_precision", "the highest recall with at least this precision",
		"precision",
		recall, precision)
)
