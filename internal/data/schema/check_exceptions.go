package schema

import (
	"fmt"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// idle complains about an exception that would have no effect.
func idle(r columnRole, sc SchemaColumn) *problem.Problem {
	e := r.exception
	if e == nil {
		return nil
	}
	_, forWords := e.Missing.Use.(preprocess.WordImputer)
	numeric := e.Scale.Given() || e.Missing.Given() && (sc.Kind.Scales() || !forWords) || e.Indicator != table.Look || e.Clip != 0
	encoded := e.Encode.Given() || e.MinCount != 0 || e.Unknown != "auto"
	p := &problem.Problem{Pos: e.Ref.Pos, Path: "data.columns", Width: len(e.Ref.Name)}
	switch {
	case sc.Role != Feature && (numeric || encoded || e.Missing.Given() || len(e.Parts) > 0):
		p.Msg, p.Hint = fmt.Sprintf("column %q is the %s: it is neither scaled nor encoded", sc.Name, sc.Role), "leave only name, type and na_values"
		if sc.Role == Ignored {
			p.Msg, p.Hint = fmt.Sprintf("column %q is ignored", sc.Name), "delete the entry, or take it out of `ignore`"
		}
	case sc.Role != Feature:
		return nil
	case sc.Kind != table.Date && len(e.Parts) > 0:
		p.Msg, p.Hint = fmt.Sprintf("column %q is %s; parts are for dates", sc.Name, sc.Kind), "a date is written year-month-day: "+table.DateForm
	case sc.Kind == table.Categorical && numeric:
		p.Msg, p.Hint = fmt.Sprintf("column %q is categorical; scale, missing, indicator and clip are for numbers", sc.Name), "missing categories go to the bucket of unknown ones, or with `missing: mode` to the most frequent one"
	case sc.Kind == table.Boolean && (numeric || encoded):
		p.Msg, p.Hint = fmt.Sprintf("column %q is boolean: one input, 1, 0, or 0.5 where it is missing", sc.Name), "add `type: categorical` to encode it otherwise"
	case e.MinCount != 0 && sc.Kind == table.Categorical && preprocess.Hashes(sc.Encoded.Encode.Use):
		p.Msg, p.Hint = fmt.Sprintf("column %q is hashed: its categories are not counted", sc.Name), "delete min_count"
	case sc.Kind.Scales() && encoded:
		p.Msg, p.Hint = fmt.Sprintf("column %q is %s; encode, min_count and unknown are for categories", sc.Name, sc.Kind), "add `type: categorical` if its cells are names"
	default:
		return nil
	}
	return p
}
