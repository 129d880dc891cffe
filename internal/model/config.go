package model

import (
	"mlp/internal/data/schema"
	"mlp/internal/kernel"
	"mlp/internal/loss"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// Config is what a spec says of a model; how it is trained is train's part.
type Config struct {
	Name    string
	Seed    uint64
	Data    schema.Config
	Layers  []nn.Element
	Compile Compile

	Ensemble *Ensemble // nil: one network
	Shared   *Shared   // nil: it has one member
}

// Compile is the section of that name.
type Compile struct {
	Optimizer       *optim.Optimizer
	Loss            loss.Loss // nil for auto: from the target
	LossPos         problem.Pos
	Metrics         []Metric
	WeightedMetrics []Metric
	Backend         string
}

// Decode reads the sections that are the model's from the top of a spec.
func Decode(f *spec.Fields) Config {
	var c Config
	c.Name = f.String("name", "", "what the model is called")
	c.Seed = uint64(f.Int("seed", 0, "of every random number: weights, order, dropout, split", spec.NonNegative))
	f.Section("data", "load: the table and what is done to its columns", func(f *spec.Fields) { c.Data = schema.Decode(f) })
	c.Layers = spec.Values(spec.Many(f, "layers", nn.Layers, nil, "build: the network, from the input on"))
	f.Section("compile", "compile: what is minimised, how, and what is measured", func(f *spec.Fields) {
		c.Compile = decodeCompile(f)
	})
	c.Ensemble, c.Shared = decodeEnsemble(f)
	return c
}

func decodeCompile(f *spec.Fields) Compile {
	f.Moot("loss_weights", "there is one loss, whose weight is 1", "1", "1.0")
	f.Moot("sample_weight_mode", "rows are weighted by a column of the table", "null")
	for _, name := range []string{"run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss"} {
		f.Moot(name, "there is one way in which steps are run")
	}
	c := Compile{
		Optimizer: spec.One(f, "optimizer", optim.Optimizers, "rmsprop", "the update rule"),
		Loss:      spec.One(f, "loss", loss.Losses, "auto", "what is minimised; auto: from the target; crossentropy, ce: auto, for labels only"),
		LossPos:   f.PosOf("loss"),
	}
	c.Metrics = DecodeMetrics(f, "metrics", []string{"auto"}, "what is measured beside the loss; auto: accuracy for classes, rmse for numbers")
	c.WeightedMetrics = DecodeMetrics(f, "weighted_metrics", nil, "the same, with sample and class weights applied")
	c.Backend = f.Enum("backend", "auto", "who computes the products; native promises the same bits everywhere", append([]string{"auto"}, kernel.Backends...)...)
	return c
}
