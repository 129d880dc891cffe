package cmd

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mlp/internal/callback"
	"mlp/internal/model"
	"mlp/internal/parallel"
	"mlp/internal/problem"
	"mlp/internal/report"
	"mlp/internal/run"
	"mlp/internal/train"
)

type fitOptions struct {
	app  *App
	cmd  *cobra.Command
	args []string // [MODEL] [DATA]

	out        string
	resume     string
	force      bool
	checkpoint string
	every      string
	maxTime    time.Duration
	log        string
	logEvery   int
	dryRun     bool
}

var _ = addVerb(50, newFit, runFit)

func newFit(a *App, run func(context.Context, *fitOptions) error) *cobra.Command {
	o := &fitOptions{app: a}
	c := &cobra.Command{
		Use:   "fit [MODEL] [DATA…]",
		Short: "train a model, performing the stages that are not done yet",
		Long: `fit -c SPEC [DATA] builds, compiles and trains a model; fit MODEL [DATA] goes on
with one. A fitted MODEL trains for --epochs more.

SIGINT and SIGTERM end a run after the batch and save it, to --checkpoint if one
is given, else beside -o, as FILE.unfinished; a second signal quits at once.
SIGHUP and SIGUSR1 save it too, and it goes on. A new run over one that has not
ended is refused without --force. --resume goes on with a run that was saved or
killed, from the batch in which it was, to the same bytes as if nothing had
been. The table may have moved (give DATA), and --epochs, --threads, outputs and
the section evaluate may be new. If the sections compile and fit or the table
have changed, the differences are shown and the run is refused; --force goes on
all the same, and begins the epoch anew.`,
		Example: "  mlp fit --config pima.yaml\n  mlp fit model.bin --epochs 20 -o longer.bin\n  mlp fit --resume run.ckpt",
		Args:    arguments(0, anyNumber, "[MODEL] [DATA…] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.args = c, args
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "write the model to `FILE`; MODEL itself, or model.bin, if not given")
	f.StringVar(&o.resume, "resume", "", "go on with the unfinished run in `FILE`")
	f.BoolVar(&o.force, "force", false, "go on although the spec or the table is not that of the run; without --resume, begin anew over a run that has not ended")
	f.StringVar(&o.checkpoint, "checkpoint", "", "save to `FILE` while the run goes on")
	f.StringVar(&o.every, "checkpoint-every", "1", "save every `N` epochs (of an ensemble, members that have ended), or after the batch in which a time such as 30s has passed")
	f.DurationVar(&o.maxTime, "max-time", 0, "end cleanly after the batch in which this `TIME` has passed, as in 10m")
	f.StringVar(&o.log, "log", "", "write a line an epoch to `FILE`, .csv or .jsonl")
	f.IntVar(&o.logEvery, "log-every", 1, "print every `N`th epoch, and the last")
	f.BoolVar(&o.dryRun, "dry-run", false, "do everything but train and write")
	addSpecFlags(c, "optimizer", "loss", "metrics", "epochs", "batch-size", "learning-rate", "validation-split")
	addWeightsFlags(c)
	addDataFlags(c)
	return c
}

func runFit(ctx context.Context, o *fitOptions) error {
	a := o.app
	control := new(train.Control)
	defer a.saveOnSignals(control)()
	options, err := o.options()
	if err != nil {
		return err
	}
	job, err := o.job()
	if err != nil {
		return err
	}
	defer job.Close()
	if job.Drift != nil && job.Drift.Deviating() > 0 {
		a.printDrift(job.Drift, nil)
	}
	options.Control = control
	fit, err := job.PrepareFit(options, o.outputs())
	if err != nil {
		return err
	}
	if o.dryRun {
		if err := fit.Check(); err != nil {
			return err
		}
		return a.printDryRun(fit.Model, fit.Options)
	}
	progress := newReporter(a, fit.Model, fit.Options, o.logEvery)
	fit.Options.Observers = append(fit.Options.Observers, progress.hooks())
	fit.Progress = progress.event
	a.reports = true
	a.trains.Store(true)
	progress.begin()
	out, err := fit.Train(ctx)
	progress.close()
	switch {
	case err != nil && out.Trained:
		if out.Path == o.out {
			a.note("the trained model is in %s", o.out)
		}
		return err
	case err != nil && ctx.Err() != nil && errors.Is(err, parallel.ErrUnread): // a log, once the run was to end
		return o.interrupted(ctx, fit.Model, out)
	case err != nil && out.Path != "":
		if e := fit.Model.Config.Ensemble; e != nil {
			a.note("saved the ensemble, with %d of %d members trained, in %s", out.Epoch, e.Members, out.Path)
		} else {
			a.note("saved the weights of epoch %d, the last good one, in %s", out.Epoch, out.Path)
		}
		o.elsewhere(out)
		return err
	case err != nil:
		return o.failed(out, err)
	case out.Interrupted:
		return o.interrupted(ctx, fit.Model, out)
	}
	a.trains.Store(false) // from here on nothing can be lost
	if out.TimeUp && o.checkpoint != "" {
		a.note("%s", o.howToGoOn(fit.Model, o.checkpoint))
	}
	e, name, err := fit.Final()
	if err != nil {
		return err
	}
	return progress.end(out, e, name)
}

// options reads the flags that are fit's own.
func (o *fitOptions) options() (train.Options, error) {
	options := train.Options{MaxTime: o.maxTime}
	if n, err := strconv.Atoi(o.every); err == nil && n > 0 {
		options.EveryEpochs = n
	} else if d, err := time.ParseDuration(o.every); err == nil && d > 0 {
		options.EveryTime = d
	} else {
		return options, problem.Usage("flag --checkpoint-every", "write a number of epochs, or a time such as 30s", "%q is neither", o.every)
	}
	if o.log != "" {
		logger, err := callback.LogFor(o.log, false)
		if err != nil {
			return options, err
		}
		options.Observers = append(options.Observers, logger)
	}
	if o.checkpoint == "" && o.cmd.Flags().Changed("checkpoint-every") {
		return options, problem.Usage("flag --checkpoint-every", "add --checkpoint FILE", "there is no file to save to")
	}
	if o.logEvery < 1 {
		return options, problem.Usage("flag --log-every", "", "%d is not at least 1", o.logEvery)
	}
	if o.maxTime < 0 {
		return options, problem.Usage("flag --max-time", "", "%s is not a time to come", o.maxTime)
	}
	return options, nil
}

// job is the model to train, read or built, with its rows. That the output can be
// written is proved first.
func (o *fitOptions) job() (*run.Job, error) {
	a := o.app
	modelPath, data := a.modelAndData(o.args, o.resume)
	if o.out == "" {
		o.out = "model.bin"
		if name := strings.TrimSuffix(modelPath, run.Unfinished); name != modelPath {
			o.out = name
		} else if modelPath != "" && o.resume == "" {
			o.out = modelPath
		}
	}
	if !o.dryRun {
		if err := checkModelOutput("-o", o.out, modelPath); err != nil {
			return nil, err
		}
		if err := checkModelOutput("--checkpoint", o.checkpoint, modelPath); err != nil {
			return nil, err
		}
		if err := o.outputs().Check(); err != nil {
			return nil, err
		}
		if aside := o.outputs().Aside(); aside != o.out && o.checkpoint == "" {
			if err := checkModelOutput("-o", aside, modelPath); err != nil {
				return nil, err
			}
		}
	}
	request := a.request(o.cmd)
	if request.Weights != "" && (o.resume != "" || modelPath != "") {
		return nil, problem.Usage("flag --weights", "name a spec with -c", "a model has weights already; only a new network starts from those of a file")
	}
	switch {
	case o.resume != "":
		return request.Resume(o.resume, data, o.force)
	case modelPath != "":
		return request.Continue(modelPath, data)
	default:
		if err := a.needSpec(o.cmd); err != nil {
			return nil, err
		}
		return request.Build(data)
	}
}

func (o *fitOptions) outputs() run.Outputs {
	return run.Outputs{Output: o.out, Checkpoint: o.checkpoint, Resume: o.resume, Force: o.force}
}

// shellWord writes a word as a shell takes it for one.
func shellWord(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+=:,@%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// failed is a run of which nothing is saved.
func (o *fitOptions) failed(out *run.Outcome, err error) error {
	if out.Unsaved != nil {
		o.app.fail(err)
		return out.Unsaved
	}
	var diverged *train.Diverged
	if errors.As(err, &diverged) {
		o.app.warn("no epoch was finished; nothing is saved")
	}
	return err
}

func (a *App) printDryRun(m *model.Model, o train.Options) error {
	d := m.Data
	if a.json {
		return a.say("%s\n", report.Event("dry_run").Int("epochs", o.Epochs).Int("steps", o.Steps()).
			Int("training", d.Train).Int("validation", d.Validation).Int("test", d.Test))
	}
	if err := a.printSummary(m); err != nil {
		return err
	}
	return a.tell("rows: %d training, %d validation, %d test\ndry run: %d epochs of %d steps would follow; nothing is written\n",
		d.Train, d.Validation, d.Test, o.Epochs, o.Steps())
}
