package evaluate

import (
	"context"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/tensor"
)

// Pooled measures rows by outputs that are there, each from a model that was not
// trained on its row: values with intervals and baselines, and the confusion matrix.
// m says what the outputs mean; truth and weights are those of p, and answers are
// what Answers gives for pred at the threshold of each row's model. The loss is left
// to the caller. A ctx that ends is returned with its cause.
func Pooled(ctx context.Context, m *model.Model, p *model.Part, pred, answers tensor.Mat, metrics []model.Metric) (*Result, error) {
	r := &Result{Rows: pred.Rows, Labels: m.Pipeline.Labels()}
	for _, x := range metrics {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		shown := shownTo(x, pred, answers)
		v := valueOf(x, shown, p)
		r.Values = append(r.Values, withInterval(v, metric.Confidence(x.Metric, shown, p.Truth, weightFor(x, p), level, m.Config.Seed), x, m, p))
	}
	if m.Pipeline.Task().Classes() {
		r.Confusion = newConfusion(answersOf(answers), p.Truth, len(r.Labels))
	}
	return r, nil
}
