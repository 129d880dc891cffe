package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/crossval"
	"mlp/internal/data/pipeline"
	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/spec"
)

// EvaluationJSON is one object with sorted keys, as DVC and MLflow read it.
func EvaluationJSON(e *evaluate.Result, by string, bySlice []evaluate.Subgroup, drift *pipeline.Drift) string {
	values := map[string]string{"rows": strconv.Itoa(e.Rows), "loss": spec.NumberJSON(e.Loss)}
	if e.Dropped > 0 {
		values["rows_without_target"] = strconv.Itoa(e.Dropped)
	}
	if e.Known {
		values["rows_trained"] = strconv.Itoa(e.Trained)
	}
	if e.Decision.Value != 0 {
		values["threshold"] = spec.NumberJSON(e.Decision.Value)
	}
	for _, v := range e.Values {
		values[v.Name] = spec.NumberJSON(v.Value)
		if v.Low == v.Low {
			values[v.Name+"_lower"], values[v.Name+"_upper"] = spec.NumberJSON(v.Low), spec.NumberJSON(v.High)
		}
		if v.Baseline == v.Baseline {
			values[v.Name+"_baseline"] = spec.NumberJSON(v.Baseline)
		}
	}
	for _, c := range e.Classes {
		under := "class/" + c.Label + "/"
		values[under+"precision"], values[under+"recall"] = spec.NumberJSON(c.Precision), spec.NumberJSON(c.Recall)
		values[under+"f1"], values[under+"support"] = spec.NumberJSON(c.F1), strconv.Itoa(c.Support)
	}
	for _, target := range e.Targets {
		for _, v := range target.Values {
			under := "target/" + target.Target + "/" + v.Name
			values[under], values[under+"_baseline"] = spec.NumberJSON(v.Value), spec.NumberJSON(v.Baseline)
			values[under+"_lower"], values[under+"_upper"] = spec.NumberJSON(v.Low), spec.NumberJSON(v.High)
		}
	}
	for _, r := range e.Residuals {
		for i, share := range evaluate.ResidualShares {
			values[fmt.Sprintf("residual/%s/%g", r.Target, share)] = spec.NumberJSON(r.Quantiles[i])
		}
	}
	if len(e.Gates) > 0 {
		values["gates"], values["gates_failed"] = strconv.Itoa(len(e.Gates)), strconv.Itoa(len(e.Failed))
	}
	for _, u := range e.Unseen {
		values["unknown_label/"+u.Label] = strconv.Itoa(u.Rows)
	}
	add := func(key, value string) { values[key] = value }
	driftValues(drift, add)
	sliceMetrics(by, bySlice, add)
	return objectJSON(values)
}

// CrossvalJSON is one object with sorted keys. Those of the out-of-fold rows together
// are those of EvaluationJSON, and stand under NAME_pooled too, for who reads them
// there; a list has one value a fold, repeat by repeat.
func CrossvalJSON(cv *crossval.Result) string {
	values := pooledJSON(cv)
	list := func(key string, value func(f crossval.Fold) string) {
		all := make([]string, len(cv.Folds))
		for i, f := range cv.Folds {
			all[i] = value(f)
		}
		values[key] = "[" + strings.Join(all, ",") + "]"
	}
	list("epochs_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Epochs) })
	list("rows_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Rows) })
	list("training_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Train) })
	if low, _, rule := cv.Thresholds(); rule != "" || low != 0.5 && low != 0 {
		list("threshold_folds", func(f crossval.Fold) string { return spec.NumberJSON(f.Decision.Value) })
	}
	list("validation_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Validation) })
	for _, s := range cv.Scores {
		all := make([]string, len(s.Folds))
		for i, v := range s.Folds {
			all[i] = spec.NumberJSON(v)
		}
		values[s.Name+"_folds"] = "[" + strings.Join(all, ",") + "]"
		values[s.Name+"_mean"], values[s.Name+"_sd"] = spec.NumberJSON(s.Mean), spec.NumberJSON(s.SD)
	}
	values["by"] = iostreams.QuoteJSON(cv.By)
	values["folds"], values["repeats"] = strconv.Itoa(len(cv.Folds)/cv.Repeats), strconv.Itoa(cv.Repeats)
	return objectJSON(values)
}

func pooledJSON(cv *crossval.Result) map[string]string {
	values := map[string]string{"rows": strconv.Itoa(cv.Pooled.Rows), "loss": spec.NumberJSON(cv.Pooled.Loss), "loss_pooled": spec.NumberJSON(cv.Pooled.Loss)}
	for _, v := range cv.Pooled.Values {
		values[v.Name], values[v.Name+"_pooled"] = spec.NumberJSON(v.Value), spec.NumberJSON(v.Value)
		if v.Low == v.Low {
			values[v.Name+"_lower"], values[v.Name+"_upper"] = spec.NumberJSON(v.Low), spec.NumberJSON(v.High)
		}
		if v.Baseline == v.Baseline {
			values[v.Name+"_baseline"] = spec.NumberJSON(v.Baseline)
		}
	}
	return values
}

// sliceMetrics are the metrics of the slices as they stand in a flat object:
// accuracy/sex/female.
func sliceMetrics(by string, all []evaluate.Subgroup, add func(key, value string)) {
	for _, s := range all {
		under := fmt.Sprintf("/%s/%s", by, s.Value)
		add("rows"+under, strconv.Itoa(s.Rows))
		add("loss"+under, spec.NumberJSON(s.Loss))
		for _, v := range s.Values {
			add(v.Name+under, spec.NumberJSON(v.Value))
		}
	}
}

// objectJSON writes an object of values that are JSON already, its keys sorted.
func objectJSON(values map[string]string) string {
	pairs := make([]string, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, iostreams.QuoteJSON(key)+":"+values[key])
	}
	return "{" + strings.Join(pairs, ",") + "}"
}
