package schema

import (
	"slices"

	"mlp/internal/data/dialect"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// Default returns the configuration of an empty `data:` section.
func Default() Config {
	var c Config
	_, problems := spec.Decode(nil, func(f *spec.Fields) { c = Decode(f) })
	if len(problems) > 0 {
		panic("data: " + problems.Error())
	}
	return c
}

// Decode reads the `data:` section.
func Decode(f *spec.Fields) Config {
	c := Config{Pos: f.Pos()}
	decodeFiles(f, &c)
	c.Target = columnRefs(f, "target", "the column to predict: its name, or its number from 1 (from -1 backwards); a list for several outputs", true)
	name := f.Enum("task", "auto", "what the target is; auto looks at the loss, then at the column", task.Names[:]...)
	c.Task, _ = task.Named(name)
	positive := f.Any("positive", spec.NewNull(), "the label whose probability is predicted, where there are two; null: the second in sorted order")
	if positive.Kind != spec.Null {
		if !positive.IsScalar() {
			f.Problem("positive", "", "%s is not one label", positive.Kind)
		}
		c.Positive, c.PositivePos = positive.Text, f.PosOf("positive")
	}
	c.DropMissingTarget = f.Bool("drop_missing_target", false, "leave out rows whose target is missing, with a count, when a model is trained or measured; false: they are refused")
	f.Unsaid("drop_missing_target")
	c.Ignore = columnRefs(f, "ignore", "columns that are left out; * and ? stand for any text and any character", true)
	c.ID = columnRefs(f, "id", "a column that names the rows; no input, but repeated in predictions", false)
	c.Weight = columnRefs(f, "weight", "a column of row weights", false)
	f.Section("numeric", "how numeric columns become inputs", func(f *spec.Fields) {
		c.Numeric = preprocess.NumericConfig{
			Scale:     choose(f, "scale", preprocess.Scalers, "standard", "how values are scaled"),
			Missing:   choose(f, "missing", preprocess.Imputers, "median", "what stands in for a missing value"),
			Indicator: table.Setting(f.BoolOr("indicator", false, "add an input that is 1 where the value was missing; auto: if a training row misses it", "auto")),
			Clip:      decodeClip(f),
			Encode: choose(f, "encode", preprocess.NumberEncoders, "none",
				"what stands for a scaled number; not for columns of one value or two, which stand for themselves, nor for dates"),
		}
		f.Unsaid("encode")
	})
	f.Section("categorical", "how categorical columns become inputs", func(f *spec.Fields) {
		c.Categorical = preprocess.CategoricalConfig{
			Encode:   choose(f, "encode", preprocess.Encoders, "one_hot", "how categories are written as numbers"),
			MinCount: f.Int("min_count", 1, "categories with fewer training rows share the bucket of unknown ones", spec.AtLeast(1)),
			Other: f.Enum("unknown", "other", "what an unknown or rare category is: a bucket of its own, or no category at all",
				"other", "ignore") == "other",
			Apart: table.Look,
			Scale: choose(f, "scale", preprocess.Scalers, "", "how the inputs that categories become are scaled; null: not at all"),
			Clip:  decodeClip(f),
		}
		if f.Enum("missing", "category", "what a missing category is where training rows have one: a category of its own, or an input that says so; or an unknown one",
			"category", "unknown") == "unknown" {
			c.Categorical.Apart = table.No
		}
		f.Unsaid("scale", "clip", "missing")
	})
	c.Columns = spec.Each(f, "columns", "exceptions for single columns", decodeColumn)
	c.ScaleTarget = decodeTargetScale(f)
	c.ClipTarget = table.Setting(f.BoolOr("clip_target", false, "whether the answers of a regression are kept between the least and the greatest target of the training rows; "+
		"the loss is that of the answers as they are; auto: for a regression, and nothing for labels", "auto"))
	c.ClipPos = f.PosOf("clip_target")
	f.Unsaid("clip_target")
	f.Section("split", "which rows are kept from training", func(f *spec.Fields) { c.Split = decodeSplit(f) })
	c.checkFiles(f)
	return c
}

// checkFiles complains where rows of their own are asked for twice.
func (c *Config) checkFiles(f *spec.Fields) {
	if c.Split.By == "column" && (len(c.Validation) > 0 || len(c.Test) > 0) {
		f.Problem("split", "keep one of them", "the parts are files of their own, and split.column says them too")
	}
	if len(c.Validation) > 0 && c.Split.Validation > 0 {
		f.Problem("validation", "keep one of them", "there is a validation file, and split.validation is %g too", c.Split.Validation)
	}
	if len(c.Test) > 0 && c.Split.Test > 0 {
		f.Problem("test", "keep one of them", "there is a test file, and split.test is %g too", c.Split.Test)
	}
}

func decodeFiles(f *spec.Fields, c *Config) {
	c.Path = f.OneOrMore("path", "the table: CSV, TSV or JSON lines, plain or compressed by gzip or zstd, a packed dataset, or - for stdin; a folder, a pattern such as data/part-*.csv, or a list, for a table in parts; relative to this spec")
	c.Train = f.OneOrMore("train", "the training table, in place of `path`")
	c.Validation = f.OneOrMore("validation", "a table of its own for validation")
	c.Test = f.OneOrMore("test", "a table of its own for the test")
	if len(c.Path) > 0 && len(c.Train) > 0 {
		f.Problem("train", "keep one of them", "`path` and `train` both name the training table")
	}
	word := f.String("delimiter", "auto", "what stands between two cells: one character, tab, or whitespace for runs of blanks; auto: found by looking, among , ; tab | whitespace")
	var ok bool
	if c.Delimiter, ok = delimiterNamed(word); !ok {
		f.Problem("delimiter", "write one punctuation character, tab or whitespace", "%q cannot stand between cells", word)
	}
	c.Header = table.Setting(f.Enum("header", "auto", "whether the first row names the columns", "auto", "true", "false"))
	f.Section("read", "how the text of the table departs from plain CSV in UTF-8; kept in the model, which reads other tables in the same way", func(f *spec.Fields) {
		c.Reading = dialect.Decode(f)
	})
	f.Unsaid("read")
	c.NA = withEmpty(f.Strings("na_values", DefaultNA, "cells that stand for a missing value"))
}

// delimiterNamed reads a delimiter; 0 stands for auto.
func delimiterNamed(word string) (byte, bool) {
	switch word {
	case "auto", "":
		return 0, true
	case "tab", "\\t":
		return '\t', true
	case "whitespace", " ":
		return ' ', true
	}
	// Letters, digits, points, signs and quotes are parts of cells.
	if len(word) == 1 && slices.Contains([]byte(",;\t|:!#$%&*/=@^_`~"), word[0]) {
		return word[0], true
	}
	return 0, false
}

func withEmpty(tokens []string) []string {
	if slices.Contains(tokens, "") {
		return tokens
	}
	return append([]string{""}, tokens...)
}

func decodeClip(f *spec.Fields) preprocess.Clip {
	hard, clip := spec.OptNumberOr(f, "clip", preprocess.Clips, "cut scaled values beyond ± this, or let them come near it (smooth); null: neither", spec.Positive)
	if hard != nil {
		clip = preprocess.Clip{Max: *hard}
	}
	return clip
}

func decodeColumn(f *spec.Fields) ColumnConfig {
	name := f.Any("name", spec.NewNull(), "the column: its name, or its number; or a pattern for several, as in lag_*: an exact name goes first, then the first pattern that fits")
	c := ColumnConfig{
		Type:      f.Enum("type", "auto", "what the column holds; auto: found by looking", append([]string{"auto"}, preprocess.KindNames()...)...),
		NA:        f.Strings("na_values", []string{}, "more cells that stand for a missing value in this column"),
		OwnNA:     !f.Bool("keep_default_na", true, "whether those of `data.na_values` do in this column too; an empty cell always does"),
		Scale:     choose(f, "scale", preprocess.Scalers, "", "how values are scaled; null: as in `numeric` or `categorical`"),
		Missing:   choose(f, "missing", preprocess.Imputers, "", "what stands in for a missing value; null: as in `numeric`, or `categorical`"),
		Indicator: table.Setting(f.Enum("indicator", "auto", "add an input that is 1 where the value was missing; auto: as in `numeric`, for a category as in `categorical`", "auto", "true", "false")),
		Clip:      decodeClip(f),
	}
	decodeEncode(f, &c)
	c.MinCount = f.OptInt("min_count", "categories with fewer training rows share a bucket; null: as in `categorical`", spec.AtLeast(1))
	c.Unknown = f.Enum("unknown", "auto", "other, ignore; auto: as in `categorical`", "auto", "other", "ignore")
	c.Parts = spec.Many(f, "parts", preprocess.DateParts, nil, "of a date: what the network sees of it; []: year (or days, where it is not in ISO 8601), month, day and weekday, and the time if the training rows have one")
	if day := f.Enum("day_first", "auto", "of a date such as 01/02/2024: whether the day comes first; auto: found by looking, if a day beyond 12 tells", "auto", "true", "false"); day != "auto" {
		c.DayFirst = table.Setting(day)
	}
	f.Unsaid("day_first", "keep_default_na")
	refs := refsOf(f, "name", name)
	switch len(refs) {
	case 1:
		c.Ref = refs[0]
	case 0:
		f.Problem("name", "add `name: …`", "an exception must name its column")
	default:
		f.Problem("name", "write one entry for each", "an exception is for one column")
	}
	return c
}

// decodeEncode reads an encoder of categories or of numbers, whose names are apart.
func decodeEncode(f *spec.Fields, c *ColumnConfig) {
	words, numbers := spec.Either(f, "encode", preprocess.Encoders, preprocess.NumberEncoders,
		"how categories are written as numbers, or what stands for a number; null: as in `categorical` or `numeric`")
	switch resolved := f.Resolved("encode"); {
	case resolved.Kind == spec.Null:
	case words != nil:
		c.Encode = preprocess.Choice[preprocess.Encoder]{Use: words, Spec: resolved}
	default:
		c.Number = preprocess.Choice[preprocess.NumberEncoder]{Use: numbers, Spec: resolved}
	}
}

func choose[T any](f *spec.Fields, name string, r *spec.Registry[T], def, doc string) preprocess.Choice[T] {
	v := spec.One(f, name, r, def, doc)
	return preprocess.Choice[T]{Use: v, Spec: f.Resolved(name)}
}

// columnRefs reads a field that names columns.
func columnRefs(f *spec.Fields, name, doc string, many bool) []ColumnRef {
	n := f.Any(name, spec.NewNull(), doc)
	refs := refsOf(f, name, n)
	if !many && len(refs) > 1 {
		f.Problem(name, "", "%d columns are given; one is wanted", len(refs))
		refs = refs[:1]
	}
	return refs
}

func refsOf(f *spec.Fields, name string, n *spec.Node) []ColumnRef {
	items := []*spec.Node{n}
	if n.Kind == spec.List {
		items = n.Items
	}
	var refs []ColumnRef
	for _, item := range items {
		r := ColumnRef{Name: item.Text, Pos: item.Pos}
		switch item.Kind {
		case spec.Null:
			continue
		case spec.Int:
			r.Number = int(max(min(item.Int, 1<<31), -1<<31))
			if r.Number == 0 {
				f.Problem(name, "columns are counted from 1", "there is no column 0")
				continue
			}
		case spec.List, spec.Map:
			f.Problem(name, "write the column's name", "%s does not name a column", item.Kind)
			continue
		}
		refs = append(refs, r)
	}
	return refs
}
