// Package data turns a table into what a network reads. Bytes become a Table of
// typed columns (Read); Infer gives every column a kind and a role; Split cuts
// the rows; FitPipeline learns scales, fills and categories from the training
// rows only; and Pipeline.Apply makes a Dataset of any rows, one at a time or
// all at once, with the same bits.
//
// The flow, file by file: source.go, blocks.go, scan.go, sniff.go, number.go,
// column.go, read.go → infer.go, labels.go → split.go → scale.go, impute.go,
// encode.go, pipeline.go, apply.go → save.go, load.go. match.go reads another
// table for a pipeline that exists already.
package data
