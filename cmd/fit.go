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
	"mlp/internal/problem"
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

func newFit(a *App, run func(context.Context, *fitOptions) error) *cobra.Command {
	o := &fitOptions{app: a}
	c := &cobra.Command{
		Use:   "fit [MODEL] [DATA]",
		Short: "train a model, performing the stages that are not done yet",
		Long: "fit -c SPEC [DATA] builds, compiles and trains a model; fit MODEL [DATA] goes on\n" +
			"with one. A fitted MODEL trains for --epochs more.\n\n" +
			"SIGINT and SIGTERM end a run after the batch and save it, to --checkpoint if one is\n" +
			"given, else to -o; a second signal quits at once. SIGHUP and SIGUSR1 save it too, and\n" +
			"it goes on. --resume goes on with a run that was saved or killed, from the batch in\n" +
			"which it was, to the same bytes as if nothing had been. The table may have moved\n" +
			"(give DATA), and --epochs, --threads, outputs and the section evaluate may be new. If\n" +
			"the sections compile and fit or the table have changed, the differences are shown and\n" +
			"the run is refused; --force goes on all the same, and begins the epoch anew.",
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
	f.BoolVar(&o.force, "force", false, "go on although the spec or the table is not that of the run")
	f.StringVar(&o.checkpoint, "checkpoint", "", "save to `FILE` while the run goes on")
	f.StringVar(&o.every, "checkpoint-every", "1", "save every `N` epochs, or after the batch in which a time such as 30s has passed")
	f.DurationVar(&o.maxTime, "max-time", 0, "end cleanly after the batch in which this `TIME` has passed, as in 10m")
	f.StringVar(&o.log, "log", "", "write a line an epoch to `FILE`, .csv or .jsonl")
	f.IntVar(&o.logEvery, "log-every", 1, "print every `N`th epoch, and the last")
	f.BoolVar(&o.dryRun, "dry-run", false, "do everything but train and write")
	addSpecFlags(c, "optimizer", "loss", "metrics", "epochs", "batch-size", "learning-rate", "validation-split")
	addDataFlags(c)
	return c
}

func runFit(ctx context.Context, o *fitOptions) error {
	a := o.app
	asks := new(train.Control)
	defer a.saveOnSignals(asks)()
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
	options.Config, options.Evaluate = s.Fit, s.Evaluate
	options.Control, options.Output = asks, o.out
	if epochs := s.Tree.Get("fit").Get("epochs"); options.Resume && epochs.Origin == fromModel {
		options.Epochs = m.Run.Target // nobody says otherwise; a run on a fitted model goes beyond fit.epochs
	}
	options.Parts = m.Parts(sets)
	if options.Parts.Train == nil {
		return problem.Data(problem.Pos{}, "", "", "there are no training rows")
	}
	if o.dryRun {
		if err := train.Check(m, options); err != nil {
			return s.annotate(err)
		}
		return a.printDryRun(m, options)
	}
	report := newReporter(a, m, options, o.logEvery)
	options.Observers = append(options.Observers, report.hooks())
	a.reports = true
	a.trains.Store(true)
	report.begin()
	epochs, batches := m.Run.Epoch, m.Optimizer.Iterations()
	result, err := train.Fit(ctx, m, options)
	report.close()
	switch {
	case err != nil:
		return o.failed(m, epochs, s.annotate(err))
	case result.Interrupted:
		return o.interrupted(ctx, m, options, batches)
	}
	if err := o.save(m); err != nil {
		return err
	}
	a.trains.Store(false) // from here on nothing can be lost
	if result.TimeUp && o.checkpoint != "" {
		a.note("%s", o.howToGoOn(m, o.checkpoint))
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
	if o.force && o.resume == "" {
		return options, problem.Usage("flag --force", "", "it says that a run is to be resumed in spite of changes, and none is: --resume is missing")
	}
	if o.logEvery < 1 {
		return options, problem.Usage("flag --log-every", "", "%d is not at least 1", o.logEvery)
	}
	if o.maxTime < 0 {
		return options, problem.Usage("flag --max-time", "", "%s is not a time to come", o.maxTime)
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
	if o.resume != "" {
		return o.reopen(dataPath)
	}
	m, s, err := o.app.openModel(o.cmd, modelPath)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := s.checkWrites(modelPath); err != nil {
		m.Close()
		return nil, nil, nil, err
	}
	src, err := o.app.sources(s, dataPath)
	if err != nil {
		return nil, nil, nil, err
	}
	sets, err := m.Load(src)
	return m, s, sets, err
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
