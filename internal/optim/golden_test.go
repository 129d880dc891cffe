package optim

import (
	"math"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// build makes an optimizer from a spec written as JSON.
func build(t testing.TB, text string) *Optimizer {
	t.Helper()
	n, err := spec.ParseJSON([]byte(text), "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	o, err := Optimizers.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

func engine(t testing.TB) *kernel.Engine {
	t.Helper()
	k, err := kernel.New("native", 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// spans are a 2 × 2 kernel and its bias of 2.
func spans() []Span {
	return []Span{
		{Name: "dense/kernel", Off: 0, Rows: 2, Cols: 2, Decay: true},
		{Name: "dense/bias", Off: 4, Rows: 1, Cols: 2, Vector: true},
	}
}

// three runs the three updates of the golden values.
func three(t *testing.T, o *Optimizer) []float32 {
	t.Helper()
	k := engine(t)
	o.Init(spans())
	w := []float32{1, -2, .5, .25, .1, -.3}
	for _, s := range []float32{1, -0.5, 2} {
		g := []float32{.5, -1, .25, 2, .1, -.2}
		for i := range g {
			g[i] *= s
		}
		o.Step(k, w, g)
	}
	return w
}

// Weights after three updates with learning rate 0.1, computed by Keras 3 in
// float32, on torch or JAX, which agree but where said. Keras decays biases too.
func TestGoldens(t *testing.T) {
	for _, c := range goldens {
		got := three(t, build(t, c.spec))
		for i, want := range c.want {
			// Three updates of numbers up to 2, each a handful of operations in
			// float32: units of 2⁻²³. The goldens have eight digits.
			if math.Abs(float64(got[i])-want) > 5e-7 {
				t.Errorf("%s: weight %d is %.8g, want %.8g", c.spec, i, got[i], want)
			}
		}
	}
}

var goldens = []struct {
	spec string
	want []float64
}{
	{`{"type": "sgd", "learning_rate": 0.1}`, []float64{.87499994, -1.7499999, .43749997, -.25, .075, -.24999999}},
	{`{"type": "sgd", "learning_rate": 0.1, "momentum": 0.9}`, []float64{.81200004, -1.6240001, .40600002, -.502, .0624, -.22480002}},
	{`{"type": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": true}`, []float64{.70579994, -1.4115999, .35289997, -.92679995, .04116, -.18231997}},
	{`{"type": "sgd", "learning_rate": 0.1, "weight_decay": 0.1, "decay_all": true}`, []float64{.84604394, -1.6920879, .42302197, -.25444525, .0721789, -.24138768}},
	{`{"type": "sgd", "learning_rate": 0.1, "clipnorm": 1}`, []float64{.97830695, -1.9566139, .48915347, .16322781, .075, -.24999999}},
	{`{"type": "sgd", "learning_rate": 0.1, "clipvalue": 0.3}`, []float64{.9649999, -1.97, .45749998, .22, .075, -.26}},
	{`{"type": "sgd", "learning_rate": 0.1, "global_clipnorm": 1}`, []float64{.97840834, -1.9568167, .48920417, .16363329, .09568167, -.29136333}},
	{`{"type": "sgd", "learning_rate": 0.1, "gradient_accumulation_steps": 2}`, []float64{.9875, -1.975, .49375, .2, .0975, -.29500002}},
	{`{"type": "rmsprop", "learning_rate": 0.1}`, []float64{.5493567, -1.5493562, .04935822, -.20064372, -.35063154, .15064067}},
	{`{"type": "rmsprop", "learning_rate": 0.1, "momentum": 0.9}`, []float64{.14130583, -1.1413049, -.35869005, -.6086954, -.758662, .5586871}},
	{`{"type": "rmsprop", "learning_rate": 0.1, "centered": true}`, []float64{.5162732, -1.5162728, .01627502, -.23372735, -.3837121, .18372354}},
	{`{"type": "adam", "learning_rate": 0.1}`, []float64{.8075573, -1.8075569, .30755824, .05755655, -.09243888, -.10755873}},
	{`{"type": "adam", "learning_rate": 0.1, "amsgrad": true}`, []float64{.8075573, -1.8075569, .30755824, .05755655, -.09243888, -.10755873}},
	{`{"type": "adamw", "learning_rate": 0.1, "decay_all": true}`, []float64{.8064484, -1.8052483, .30704907, .05734731, -.09246819, -.10728949}},
	{`{"type": "adamax", "learning_rate": 0.1}`, []float64{.8353839, -1.8353839, .33538392, .08538388, -.06461596, -.135384}},
	// On JAX; torch takes 1 − beta in double precision and differs by 1e-6.
	{`{"type": "nadam", "learning_rate": 0.1}`, []float64{.838192165, -1.83819222, .338192195, .0881921574, -.0618077181, -.138192207}},
	{`{"type": "adagrad", "learning_rate": 0.1}`, []float64{.87026894, -1.8612194, .391184, .10842769, .03354125, -.20052555}},
	{`{"type": "adadelta", "learning_rate": 1}`, []float64{.9975794, -1.9975795, .49757943, .24757941, .09757958, -.29757947}},
	{`{"type": "ftrl", "learning_rate": 0.1}`, []float64{.33574644, -1.2581966, -.00104826, .06938426, -.06180502, .05302075}},
	{`{"type": "ftrl", "learning_rate": 0.1, "l1_regularization_strength": 0.1, "l2_regularization_strength": 0.1}`,
		[]float64{.30715537, -1.2244967, 0, .06338549, -.03277983, .03921555}},
	{`{"type": "ftrl", "learning_rate": 0.1, "l2_shrinkage_regularization_strength": 0.1, "beta": 1}`,
		[]float64{.09569319, -.5995644, -.01567949, .03180047, -.01831626, .02468052}},
	{`{"type": "lion", "learning_rate": 0.1}`, []float64{.9, -1.9, .4, .15, 0, -.20000002}},
	{`{"type": "lamb", "learning_rate": 0.1}`, []float64{.6805865, -1.6805866, .18058653, -.06941358, .03861843, -.2386184}},
	{`{"type": "adafactor", "learning_rate": 0.1}`, []float64{.77353203, -1.886766, .4371891, .12437818, .06957616, -.26957616}},
	{`{"type": "muon", "learning_rate": 0.1, "decay_all": true}`, []float64{.9800148, -1.9882777, .4900074, .23105384, -.0924682, -.10728949}},
	// On JAX; on torch the old z is overwritten before it is used.
	{`{"type": "schedule_free_adamw", "learning_rate": 0.1}`, []float64{.88382107, -1.88382113, .38382113, .13382116, -.016178837, -.183821172}},
}

// Weights after five updates of a high kernel and its bias, computed by Keras
// 3.15.1 on JAX, with settings so large that their place in the formula shows.
func TestSettingsGoldens(t *testing.T) {
	params := []Span{
		{Name: "dense/kernel", Rows: 3, Cols: 2, Decay: true},
		{Name: "dense/bias", Off: 6, Rows: 1, Cols: 2, Vector: true},
	}
	k := engine(t)
	for _, c := range settings {
		o := build(t, c.spec)
		o.Init(params)
		w := []float32{1, -2, .5, .25, -.75, .125, .5, -.25}
		g := make([]float32, 8)
		for s := range 5 {
			for i := range g {
				g[i] = float32((i*7+s*3)%11-4) / 8
			}
			o.Step(k, w, g)
		}
		for i, want := range c.want {
			// Five updates of numbers up to 2, as in TestGoldens.
			if math.Abs(float64(w[i])-want) > 5e-7 {
				t.Errorf("%s: weight %d is %.9g, want %.9g", c.spec, i, w[i], want)
			}
		}
	}
}

var settings = []struct {
	spec string
	want []float64
}{
	{`{"type": "rmsprop", "learning_rate": 0.1, "epsilon": 0.05}`,
		[]float64{1.06141317, -2.46792459, 0.364661753, 0.0480369627, -1.05648768, 0.198131144, 0.102671102, -0.366581798}},
	{`{"type": "adam", "learning_rate": 0.1, "epsilon": 0.05}`,
		[]float64{1.04381096, -2.11526799, 0.467146903, 0.161405981, -0.82644701, 0.139379352, 0.423390538, -0.282659411}},
	{`{"type": "adam", "learning_rate": 0.1, "epsilon": 0.05, "amsgrad": true, "beta_2": 0.5}`,
		[]float64{1.15627456, -2.28922462, 0.457847863, 0.0336789563, -0.982470095, 0.208788499, 0.304157227, -0.390058428}},
	{`{"type": "adamax", "learning_rate": 0.1, "epsilon": 0.05}`,
		[]float64{1.14846611, -2.25868082, 0.483737409, 0.0588739514, -0.961162925, 0.216104478, 0.323404044, -0.387268007}},
	{`{"type": "nadam", "learning_rate": 0.1, "epsilon": 0.05}`,
		[]float64{1.0587312, -2.24581885, 0.453553468, 0.13724336, -0.943636417, 0.182412654, 0.315224588, -0.37129584}},
	{`{"type": "adagrad", "learning_rate": 0.1, "epsilon": 0.05}`,
		[]float64{1.0325613, -2.18359184, 0.441950291, 0.170485303, -0.881103754, 0.153841406, 0.355323315, -0.310830265}},
	{`{"type": "adadelta", "learning_rate": 1, "epsilon": 0.05}`,
		[]float64{1.13654137, -3.29034734, 0.19341898, -0.235029221, -1.52760935, 0.366801053, -0.653129339, -0.490078628}},
	{`{"type": "lamb", "learning_rate": 0.1, "epsilon": 0.05}`,
		[]float64{1.22152245, -2.79325938, 0.224174559, -0.28407371, -1.31613386, 0.243077472, 0.291445345, -0.353898585}},
	{`{"type": "adafactor", "learning_rate": 0.1, "epsilon_1": 0.05, "epsilon_2": 0.5, "clip_threshold": 0.5}`,
		[]float64{1.02636123, -2.1564436, 0.441348463, 0.206396207, -0.899900675, 0.163602874, 0.421543896, -0.26428768}},
	{`{"type": "muon", "learning_rate": 0.1, "epsilon": 0.05, "decay_all": true}`,
		[]float64{1.01245475, -2.08106661, 0.453517199, 0.190464467, -0.831897795, 0.106350772, 0.422452718, -0.282121718}},
	{`{"type": "muon", "learning_rate": 0.1, "nesterov": false, "rms_rate": 0, "adam_lr_ratio": 0.5, "weight_decay": 0.1, "decay_all": true}`,
		[]float64{1.05767834, -2.16934514, 0.296316177, -0.0237962641, -1.03625143, 0.110314496, 0.3833552, -0.349060237}},
	{`{"type": "schedule_free_adamw", "learning_rate": 0.1, "epsilon": 0.05, "warmup_steps": 3, "weight_decay": 0.1, "decay_all": true}`,
		[]float64{0.946834385, -2.06289935, 0.409196854, 0.203762352, -0.802590966, 0.101452962, 0.419847429, -0.269130409}},
	{`{"type": "ftrl", "learning_rate": 0.1, "learning_rate_power": -0.4}`,
		[]float64{0.424247831, -0.774780929, -0.0273177382, 0.0542436279, -0.260210365, 0.051524803, 0.0889126584, -0.0717108399}},
	{`{"type": "lion", "learning_rate": 0.1, "beta_1": 0.5}`,
		[]float64{1.10000002, -2.29999971, 0.400000006, 0.150000006, -1.05000007, 0.224999994, 0.200000018, -0.349999994}},
	{`{"type": "adam", "learning_rate": 0.1, "use_ema": true, "ema_momentum": 0.5, "ema_overwrite_frequency": 2, "gradient_accumulation_steps": 2}`,
		[]float64{1.08918369, -2.1291852, 0.351748228, 0.100020766, -0.866127253, 0.258495152, 0.350464016, -0.34736681}},
	{`{"type": "sgd", "learning_rate": {"cosine_decay": {"initial_learning_rate": 0.5, "decay_steps": 6}}, "momentum": 0.5, "weight_decay": 0.25, "decay_all": true, "clipnorm": 0.75}`,
		[]float64{0.733091474, -1.85622311, 0.0511871204, -0.26324001, -0.816359043, 0.0572508834, -0.105018102, -0.315187871}},
}
