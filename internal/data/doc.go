// Package data turns a table into what a network reads. Bytes become a Table of
// typed columns (Read); Infer gives every column a kind and a role; Split cuts
// the rows; FitPipeline learns scales, fills and categories from the training
// rows only; and Pipeline.Apply makes a Dataset of any rows, one at a time or
// all at once, with the same bits.
//
// The flow, file by file: config.go, decode.go (the spec) · source.go, records.go,
// scan.go, sniff.go, number.go, missing.go, column.go, pass.go, rows.go, read.go
// (bytes to typed columns) · roles.go, infer.go, check.go, labels.go (what the
// columns are) · kind.go, date.go (what their words are) · split.go · scale.go,
// impute.go, scaling.go, encode.go, encode_*.go, date_parts.go, date_feature.go,
// pipeline.go (what is learned) · apply.go (what a network reads) · save.go,
// load.go (in model.bin) · match.go (another table for the same pipeline),
// stream.go, keep.go (chunk by chunk), seen.go, drift.go, strict.go (is it like
// the training rows?). Beside it: jsonlines.go and jsonparse.go (tables in
// JSON), packed.go and
// unpacker.go (tables in binary), profile.go, warnings.go, leak.go (what to look
// at first), survey.go (what a draft of a spec goes by), locate.go and
// complaints.go (where a mistake stands).
//
// A new scaler, imputer or encoder is one registration; nothing else names one.
package data
