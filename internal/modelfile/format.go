// Package modelfile is what stands in model.bin: which tensors and records, and how each
// record is written. The metadata of a safetensors file flow in and out as values: the
// history (History), the run (Run), the data (DataInfo), members, figures. What a file is
// and whether its run waits for being resumed is told without building a model. How a
// model is made of it is the part of package model.
package modelfile

import "mlp/internal/safetensors"

// model.bin is a safetensors archive : data and nothing else. No name
// in it is looked up in the program but in the registries of components, and no
// path in it is opened here. The same model gives the same bytes: there is no
// date, path or host in it. Its metadata, all text:
//
//	format          mlp-model
//	format_version  1; a reader refuses a number it does not know
//	requires        comma list of features a reader must know: calibration, ensemble, shared_members, number_encoders, clip_target, float64 (of a column)
//	writer          the first version of mlp that writes such a file
//	stage           built, compiled or fitted
//	spec            canonical JSON of the resolved spec
//	schema          canonical JSON of columns, encoders, target and labels
//	history         {"names": […], "epochs": [[…], …]}
//	run             {"epoch", "batch" within one, "best_epoch", "target", "done", "stopped" by a callback, "iterations", "learning_rate", "callbacks"}
//	threshold       {"value", "rule", "on", "rows"}, where a rule was asked for
//	calibration     {"temperature", "softmax", "on", "rows", "before", "after"}, where one was asked for
//	conformal       {"rows", "on", "targets", "folds"}, where intervals were asked for
//	members         {"round", "members": [{"number", "variant", "fold", "weight", "round", "seed", "set", "history", "run"}, …]} of an ensemble
//	out_of_fold     {"rows", "values": [{"name", "value", "low", "high"}, …]}: what its answers are worth on rows that a member left out
//	data            {"sha256", "rows", "columns", "train", "validation", "test"}
//
// Its tensors: <layer>/<parameter> F32, optimizer/<name>/<slot>/<parameter> F32,
// best/<parameter> F32 during a run, epoch.loss and epoch.metrics.<metric> F64 and
// perhaps epoch.start/… F32 within an epoch (partial.go),
// conformal/<target>/<fold> F64,
// preprocess/<column>/<statistic> F64, preprocess/seen F64: min, max and share
// missing of each input column. Of an ensemble, all but the last two begin with
// member_1/, member_2/ and so on.
//
// Metadata that a reader does not know survives a rewrite; a tensor that it does
// not know is refused. What an older reader must not overlook is named in requires.
// testdata/released holds files of every version, which must load for ever.
const (
	FormatName    = "mlp-model"
	FormatVersion = "1"
	Writer        = "mlp 0.1.0"   // changes with what a file holds, never with the build: the same run gives the same bytes
	MaxSpec       = 1 << 20       // bytes of the spec
	MaxSchema     = maxHeader / 2 // bytes of the schema
	maxHeader     = 64 << 20
	MaxTensors    = 1 << 18 // a table of 20 000 columns has three learned numbers for each
)

// Layout is how a model file uses the safetensors container.
var Layout = safetensors.Layout{Align: 64, MaxHeader: maxHeader, MaxTensors: MaxTensors}

// Known are the names of the metadata that this version knows.
var Known = []string{"format", "format_version", "requires", "writer", "stage", "spec", "schema", "history", "run", "threshold", "calibration", "conformal", "data", "members", "out_of_fold", "left_out_by"}
