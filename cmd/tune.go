package cmd

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"mlp/internal/config"
	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/report"
	"mlp/internal/run"
	"mlp/internal/train"
	"mlp/internal/tune"
)

type tuneOptions struct {
	app  *App
	cmd  *cobra.Command
	args []string // [DATA]

	out, spec, log, resume string
	trials                 int
	maxTime                time.Duration
	mins, maxs             []string
}

var _ = addVerb(85, newTune, runTune)

func newTune(a *App, run func(context.Context, *tuneOptions) error) *cobra.Command {
	o := &tuneOptions{app: a}
	c := &cobra.Command{
		Use:   "tune [DATA…]",
		Short: "search values of a spec, and say what the best are truly worth",
		Long: `tune -c SPEC [DATA] tries values for what the section tune of the spec names:

  tune:
    metric: auc
    space:
      compile.optimizer.learning_rate: {min: 0.0001, max: 0.1, log: true}
      layers[0].units: [8, 16, 32, 64]

Each trial is cross-validated, all on the same folds; without a section, or a
space in it, the learning rate, batch size, units, rates of dropout and weight
decay of the spec are searched around what they are. The test rows of the spec
stay unseen.

The best of many trials scores better than it is worth. So beside its score
stands what is left when the choice itself is cross-validated (the
bias-corrected bootstrap, which trains nothing more). --min and --max are gates
on that figure.

halving: {min_epochs: 10, factor: 3} trains all trials for ten epochs, the best
third of them on to thirty, and so on. A trial that goes on is exactly the one
that never paused.

ensemble: true puts the best trials together, chosen by the same answers, and
corrects that choice likewise; -o, --spec and the gates then mean the ensemble.

-o trains the best on all training rows and writes the model, --spec writes its
spec. --log keeps every trial; --resume goes on with such a file, and --trials
may then be more. A trial depends on the spec, its number and earlier trials
alone: results are the same for any --threads, and after any interruption.`,
		Example: "  mlp tune -c pima_tuned.yaml --trials 20\n  mlp tune -c spec.yaml data.csv --log trials.jsonl -o best.bin --spec best.yaml\n" +
			"  mlp tune -c spec.yaml data.csv --resume trials.jsonl -o best.bin --min auc=0.8@lower",
		Args: arguments(0, anyNumber, "-c SPEC [DATA…] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.args = c, args
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "train the best on all training rows, and write the model to `FILE`")
	f.StringVar(&o.spec, "spec", "", "write the spec of the best to `FILE`")
	f.IntVar(&o.trials, "trials", 0, "try `N` points; the spec's number if not given")
	f.DurationVar(&o.maxTime, "max-time", 0, "begin no trial after this `TIME`, as in 10m")
	f.StringVar(&o.log, "log", "", "write a line a trial to `FILE`, JSON lines")
	f.StringVar(&o.resume, "resume", "", "go on with the search whose log is `FILE`")
	f.StringArrayVar(&o.mins, "min", nil, "gate: fail if the corrected score is below `METRIC=X`; METRIC=X@lower judges its interval's lower bound (repeatable)")
	f.StringArrayVar(&o.maxs, "max", nil, "gate: fail if the corrected score is above `METRIC=X`; METRIC=X@upper judges its interval's upper bound (repeatable)")
	addSpecFlags(c, "optimizer", "loss", "metrics", "epochs", "batch-size", "learning-rate", "validation-split")
	addDataFlags(c)
	return c
}

func runTune(ctx context.Context, o *tuneOptions) error {
	a := o.app
	gates, problems := limits(o.mins, o.maxs)
	if err := problems.Err(); err != nil {
		return err
	}
	s, err := o.session()
	if err != nil {
		return err
	}
	src, err := s.Sources(o.args)
	if err != nil {
		return err
	}
	if o.cmd.Flags().Changed("trials") {
		if o.trials < 1 {
			return problem.Usage("flag --trials", "", "%d is not at least 1", o.trials)
		}
		s.Tune.Trials = o.trials
	}
	options := tune.Options{Threads: a.threads, Show: o.show(s)}
	if o.maxTime > 0 {
		options.Until = time.Now().Add(o.maxTime)
	}
	log, err := o.openLog(&options)
	if err != nil {
		return err
	}
	r, err := tune.Run(ctx, s.Spec, src, options)
	if failed := log.Close(); err == nil {
		err = failed
	}
	if err != nil {
		if at := o.log + o.resume; ctx.Err() != nil && at != "" {
			a.note("the trials so far are in %s; go on with --resume %s", at, shellWord(at))
		}
		return err
	}
	if r.TimeUp {
		a.note("the time is up after %d of %d trials", len(r.Trials), s.Tune.Count())
	}
	if a.json {
		err = a.say("%s\n", report.TuneEvent(r))
	} else {
		err = a.tell("%s", report.TuneText(r))
	}
	if err == nil {
		err = o.write(ctx, s, r, src)
	}
	if err != nil {
		return err
	}
	_, failed := evaluate.Judge(gates, func(name string) (evaluate.Value, bool) {
		worth := r.Judged()
		return evaluate.Value{Name: name, Value: worth.Score, Low: worth.Low, High: worth.High, Goal: r.Goal}, name == r.Metric
	}, "the corrected ")
	if len(failed) > 0 {
		return &gateError{failed}
	}
	return nil
}

// session reads the spec, and proves that the outputs can be written.
func (o *tuneOptions) session() (*run.Session, error) {
	a := o.app
	if err := a.needSpec(o.cmd); err != nil {
		return nil, err
	}
	if o.log != "" && o.resume != "" {
		return nil, problem.Usage("flag --log", "leave it out: a search that is resumed goes on with its log", "--resume is given too")
	}
	for _, out := range []struct{ flag, path string }{{"-o", o.out}, {"--spec", o.spec}, {"--log", o.log}} {
		if err := checkOutput(out.flag, out.path, append(o.args, a.config)...); err != nil {
			return nil, err
		}
	}
	if o.out != "" {
		if err := (run.Outputs{Output: o.out}).Check(); err != nil {
			return nil, err
		}
	}
	return a.request(o.cmd).Open(nil)
}

// openLog reads the log of a search that is resumed, and opens the one to write; nil
// where there is none.
func (o *tuneOptions) openLog(options *tune.Options) (*outfile.Appender, error) {
	path := o.log
	if o.resume != "" {
		path = o.resume
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, problem.Usage(path, "", "%v", problem.Reason(err))
		}
		if options.Earlier, err = tune.ReadLog(path, text); err != nil {
			return nil, err
		}
		if whole := tune.Whole(text); len(whole) < len(text) { // a killed search leaves half a line
			if err := outfile.Write(path, func(w io.Writer) error { _, err := w.Write(whole); return err }); err != nil {
				return nil, problem.Usage(path, "", "%v", err)
			}
		}
	}
	if path == "" {
		return nil, nil
	}
	log, err := outfile.Append(path, o.resume == "")
	if err != nil {
		return nil, problem.Usage(path, "", "%v", err)
	}
	options.Write = log.Add
	return log, nil
}

// show prints a line a trial.
func (o *tuneOptions) show(s *run.Session) func(*tune.Trial, int) {
	a := o.app
	return func(t *tune.Trial, best int) {
		switch {
		case a.json:
			_ = a.say("%s\n", report.TrialEvent(t, best)) // App remembers that it could not be written
		case !a.quiet:
			_ = a.tell("%s\n", iostreams.Printable(report.TrialLine(t, s.Tune.Count(), best)))
		}
	}
}

// write trains the best and writes what was asked for.
func (o *tuneOptions) write(ctx context.Context, s *run.Session, r *tune.Result, src model.Sources) error {
	a := o.app
	if o.spec != "" {
		text := config.Render(r.Spec)
		if err := outfile.Write(o.spec, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
			return problem.Usage("flag --spec", "", "%v", err)
		}
		if err := o.wrote(o.spec); err != nil {
			return err
		}
	}
	if o.out == "" {
		return nil
	}
	best, err := s.With(r.Spec)
	if err != nil {
		return err
	}
	job, err := best.Build(src)
	if err != nil {
		return err
	}
	defer job.Close()
	fit, err := job.PrepareFit(train.Options{EveryEpochs: 1}, run.Outputs{Output: o.out})
	if err != nil {
		return err
	}
	out, err := fit.Train(ctx)
	switch {
	case err != nil:
		return err
	case out.Interrupted:
		a.note("the training of the best was stopped; it is in %s", out.Path)
		return context.Cause(ctx)
	}
	e, name, err := fit.Final()
	if err != nil {
		return err
	}
	names, values := []string{"loss"}, []float64{e.Loss}
	for _, v := range e.Values {
		names, values = append(names, v.Name), append(values, v.Value)
	}
	if a.json {
		return a.say("%s\n", report.Event("end").Int("rows", e.Rows).Text("part", name).Numbers(names, values).Text("model", o.out))
	}
	return a.tell("final, on %d %s rows%s\nwrote %s\n", e.Rows, name, report.Measures(names, values), iostreams.Printable(o.out))
}

func (o *tuneOptions) wrote(path string) error {
	if o.app.json {
		return o.app.say("%s\n", report.Event("wrote").Text("file", path))
	}
	return o.app.tell("wrote %s\n", iostreams.Printable(path))
}
