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
	p := &problem.Problem{Pos: e.Ref.Pos, Path: "data.columns", Width: len(e.Ref.Name)}
	switch {
	case sc.Role == Feature:
		if p.Msg, p.Hint = sc.Kind.Idle(sc.Name, e.given(), sc.Settings); p.Msg == "" {
			return nil
		}
	case !e.given().Any():
		return nil
	case sc.Role == Ignored:
		p.Msg, p.Hint = fmt.Sprintf("column %q is ignored", sc.Name), "delete the entry, or take it out of `ignore`"
	default:
		p.Msg, p.Hint = fmt.Sprintf("column %q is the %s: it is neither scaled nor encoded", sc.Name, sc.Role), "leave only name, type and na_values"
	}
	return p
}

// given says which settings the entry gives.
func (c *ColumnConfig) given() preprocess.Given {
	_, forWords := c.Missing.Use.(preprocess.WordImputer)
	return preprocess.Given{
		Scale: c.Scale.Given() || c.Indicator != table.Look || c.Clip.Max != 0, Fill: c.Missing.Given() && !forWords,
		Missing: c.Missing.Given(), Encode: c.Encode.Given(), NumberCode: c.Number.Given(), MinCount: c.MinCount != 0, Unknown: c.Unknown != "auto", Parts: len(c.Parts) > 0 || c.DayFirst != "",
	}
}
