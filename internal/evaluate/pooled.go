package evaluate

import (
	"context"

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
		r.Values = append(r.Values, withInterval(valueOf(x, shown, p), x, m, shown, p))
	}
	if m.Pipeline.Task().Classes() {
		r.Confusion = confusion(answers, p.Truth, len(r.Labels))
	}
	return r, nil
}
