package cmd

import (
	"context"
	"fmt"

	"mlp/internal/model"
	"mlp/internal/run"
)

// interrupted tells what is saved of a run that a signal has ended.
func (o *fitOptions) interrupted(ctx context.Context, m *model.Model, out *run.Outcome) error {
	if out.Path == "" {
		o.app.warn("stopped before the first batch; nothing is saved")
		return context.Cause(ctx)
	}
	where := fmt.Sprintf("after epoch %d", out.Epoch)
	if e := m.Config.Ensemble; e != nil {
		where = fmt.Sprintf("with %d of %d members trained", out.Epoch, e.Members)
	} else if out.Batches > 0 {
		where = fmt.Sprintf("after batch %d of %d in epoch %d", out.Batch, out.Batches, out.Epoch+1)
	}
	o.app.note("saved %s %s; %s", out.Path, where, o.howToGoOn(m, out.Path))
	o.elsewhere(out)
	return context.Cause(ctx)
}

// elsewhere says why a run is not saved where it should be.
func (o *fitOptions) elsewhere(out *run.Outcome) {
	if out.Unsaved != nil {
		o.app.warn("%v", out.Unsaved)
	}
}

// howToGoOn is the command that goes on with what is saved in path, and goes on
// saving it.
func (o *fitOptions) howToGoOn(m *model.Model, path string) string {
	text := fmt.Sprintf("go on with: mlp fit --resume %s -o %s", shellWord(path), shellWord(o.out))
	if config := o.app.config; config != "" && config != "-" && run.NamesFiles(m) {
		text += " -c " + shellWord(config)
	}
	if o.checkpoint != "" {
		text += fmt.Sprintf(" --checkpoint %s --checkpoint-every %s", shellWord(o.checkpoint), shellWord(o.every))
	}
	return text
}
