package cmd

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/train"
)

type fitOptions struct {
	app  *App
	cmd  *cobra.Command
	args []string // [MODEL] [DATA]

	out        string
	resume     string
	checkpoint string
	every      string
	maxTime    time.Duration
	log        string
	logEvery   int
	dryRun     bool
}

func newFit(a *App, run func(context.Context, *fitOptions) error) *cobra.Command {
	o := &fitOptions{app: a}
	c := &cobra.Command{
		Use:   "fit [MODEL] [DATA]",
		Short: "train a model, performing the stages that are not done yet",
		Long: "fit -c SPEC [DATA] builds, compiles and trains a model; fit MODEL [DATA] goes on\n" +
			"with one. A fitted MODEL trains for --epochs more. SIGINT and SIGTERM end a run\n" +
			"after the batch and save it; --resume goes on with it, to the same bytes as if\n" +
			"nothing had been.",
		Example: "  mlp fit --config pima.yaml\n  mlp fit model.bin --epochs 20 -o longer.bin\n  mlp fit --resume run.ckpt",
		Args:    arguments(0, 2, "[MODEL] [DATA] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.args = c, args
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "write the model to `FILE`; MODEL itself, or model.bin, if not given")
	f.StringVar(&o.resume, "resume", "", "go on with the unfinished run in `FILE`")
	f.StringVar(&o.checkpoint, "checkpoint", "", "save to `FILE` while the run goes on")
	f.StringVar(&o.every, "checkpoint-every", "1", "save every `N` epochs, or after a time such as 30s")
	f.DurationVar(&o.maxTime, "max-time", 0, "end cleanly after the epoch in which this `TIME` has passed, as in 10m")
	f.StringVar(&o.log, "log", "", "write a line an epoch to `FILE`, .csv or .jsonl")
	f.IntVar(&o.logEvery, "log-every", 1, "print every `N`th epoch, and the last")
	f.BoolVar(&o.dryRun, "dry-run", false, "do everything but train and write")
	addSpecFlags(c, "optimizer", "loss", "metrics", "epochs", "batch-size", "learning-rate", "validation-split")
	addDataFlags(c)
	return c
}

func runFit(ctx context.Context, o *fitOptions) error {
	a := o.app
	options, err := o.options()
	if err != nil {
		return err
	}
	m, s, sets, err := o.prepare()
	if err != nil {
		return err
	}
	defer m.Close()
	if m.Stage == model.Built {
		if err := m.Compile(); err != nil {
			return s.annotate(err)
		}
	}
	options.Config = s.Fit
	if epochs := s.Tree.Get("fit").Get("epochs"); options.Resume && epochs.Origin == "model file" {
		options.Epochs = m.Run.Target // nobody says otherwise; a run on a fitted model goes beyond fit.epochs
	}
	options.Parts = train.Parts{Train: m.Part(sets.Train), Validation: m.Part(sets.Validation), Test: m.Part(sets.Test)}
	if options.Parts.Train == nil {
		return spec.DataProblem(spec.Pos{}, "", "", "there are no training rows")
	}
	if o.dryRun {
		if err := train.Check(m, options); err != nil {
			return s.annotate(err)
		}
		return a.printDryRun(m, options)
	}
	report := newReporter(a, m, options, o.logEvery)
	options.Observers = append(options.Observers, report.hooks())
	a.trains.Store(true)
	report.begin()
	before := m.Run.Epoch
	result, err := train.Fit(ctx, m, options)
	report.close()
	switch {
	case err != nil:
		return o.failed(m, before, s.annotate(err))
	case result.Interrupted:
		return o.interrupted(ctx, m, before)
	}
	if err := o.save(m); err != nil {
		return err
	}
	return report.end(result, o.out)
}

// options reads the flags that are fit's own.
func (o *fitOptions) options() (train.Options, error) {
	options := train.Options{Resume: o.resume != "", Checkpoint: o.checkpoint, MaxTime: o.maxTime}
	if n, err := strconv.Atoi(o.every); err == nil && n > 0 {
		options.EveryEpochs = n
	} else if d, err := time.ParseDuration(o.every); err == nil && d > 0 {
		options.EveryTime = d
	} else {
		return options, spec.Usage("flag --checkpoint-every", "write a number of epochs, or a time such as 30s", "%q is neither", o.every)
	}
	if o.log != "" {
		logger, err := train.LogFor(o.log, false)
		if err != nil {
			return options, err
		}
		options.Observers = append(options.Observers, logger)
	}
	if o.logEvery < 1 {
		return options, spec.Usage("flag --log-every", "", "%d is not at least 1", o.logEvery)
	}
	if o.maxTime < 0 {
		return options, spec.Usage("flag --max-time", "", "%s is not a time to come", o.maxTime)
	}
	return options, nil
}

// prepare reads the model, or builds it, and loads the data. That the output can
// be written is proved first.
func (o *fitOptions) prepare() (*model.Model, *session, *model.Sets, error) {
	modelPath, dataPath, err := o.app.modelAndData(o.args, o.resume)
	if err != nil {
		return nil, nil, nil, err
	}
	if o.out == "" {
		o.out = "model.bin"
		if modelPath != "" && o.resume == "" {
			o.out = modelPath
		}
	}
	if !o.dryRun {
		if err := checkModelOutput("-o", o.out, modelPath); err != nil {
			return nil, nil, nil, err
		}
		if err := checkModelOutput("--checkpoint", o.checkpoint, modelPath); err != nil {
			return nil, nil, nil, err
		}
	}
	if modelPath == "" {
		return o.app.build(o.cmd, dataPath)
	}
	m, s, err := o.app.openModel(o.cmd, modelPath, o.resume != "")
	if err != nil {
		return nil, nil, nil, err
	}
	src, err := o.app.sources(s, dataPath)
	if err != nil {
		return nil, nil, nil, err
	}
	before := m.Data
	sets, err := m.Load(src)
	if err == nil && o.resume != "" && m.Data.SHA256 != before.SHA256 {
		err = spec.DataProblem(spec.Pos{File: src.Train.Name}, "", "give the table the run began with, or start a new run",
			"this is not the table that the run in %s was trained on", modelPath)
	}
	if err == nil && o.resume != "" && m.Run.Done {
		err = spec.Usage("flag --resume", "train it further with `mlp fit "+modelPath+" --epochs N`", "the run in %s has ended", modelPath)
	}
	return m, s, sets, err
}

// interrupted saves a run that a signal has ended, at its last whole epoch, if
// there is one since the run began.
func (o *fitOptions) interrupted(ctx context.Context, m *model.Model, before int) error {
	path := o.checkpoint
	if path == "" {
		path = o.out
	}
	if m.Run.Epoch == before {
		o.app.warn("stopped before the end of the first epoch; nothing is saved")
		return context.Cause(ctx)
	}
	if err := m.Save(path); err != nil {
		return err
	}
	o.app.note("saved %s after epoch %d; go on with: mlp fit --resume %s -o %s", path, m.Run.Epoch, shellWord(path), shellWord(o.out))
	return context.Cause(ctx)
}

// shellWord writes a word as a shell takes it for one.
func shellWord(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+=:,@%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// failed saves what there is of a run that diverged, or whose log or checkpoint
// could not be written any more.
func (o *fitOptions) failed(m *model.Model, before int, err error) error {
	if m.Run.Epoch == before {
		var diverged *train.Diverged
		if errors.As(err, &diverged) {
			o.app.warn("no epoch was finished; nothing is saved")
		}
		return err
	}
	if saveErr := o.save(m); saveErr != nil {
		o.app.printError(err)
		return saveErr
	}
	o.app.note("saved the weights of epoch %d, the last good one, in %s", m.Run.Epoch, o.out)
	return err
}

func (a *App) printDryRun(m *model.Model, o train.Options) error {
	d := m.Data
	if a.json {
		return a.say("{\"event\":\"dry_run\",\"epochs\":%d,\"steps\":%d,\"training\":%d,\"validation\":%d,\"test\":%d}\n",
			o.Epochs, o.Steps(), d.Train, d.Validation, d.Test)
	}
	if err := a.printSummary(m); err != nil {
		return err
	}
	return a.say("rows: %d training, %d validation, %d test\ndry run: %d epochs of %d steps would follow; nothing is written\n",
		d.Train, d.Validation, d.Test, o.Epochs, o.Steps())
}
