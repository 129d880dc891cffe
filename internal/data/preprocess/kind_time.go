package preprocess

import (
	"fmt"
	"slices"

	"mlp/internal/data/calendar"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// Time is the kind of columns of times of the day without a day.
var Time = addKind(Kind{
	Name: "time", Rank: 4,
	Holds: func(c *table.Column, _ scan.Marks) bool {
		return len(c.Words) > 0 && !slices.ContainsFunc(c.Words, func(w string) bool { return !isTime(w) })
	},
	Check: func(t *table.Table, col *table.Column, _ Settings, list *problem.List) {
		checkWords(t, col, list, isTime, calendar.WhyNotTime)
	},
	Settle: func(s *Settings) { s.Written = string(calendar.Clock) },
	Idle: func(name string, g Given, s Settings) (msg, hint string) {
		if g.NumberCode {
			return idleCode(name, "a time")
		}
		for _, part := range s.Parts {
			if p, _ := DateParts.Build(spec.NewString(part)); p.day {
				return fmt.Sprintf("column %q holds times of the day; %q is a part of a day", name, part), "take hour, minute or time, or their cyclic kin"
			}
		}
		g.Parts = false // those that are left are of times
		return idleForNumbers("a time")(name, g, s)
	},
	ReadAs: func([]string, Settings) string { return "times of the day" },
	New:    func(name string, s Settings) Feature { return &dates{name: name, settings: s} },
})

func isTime(word string) bool {
	_, v := calendar.ParseClock(word)
	return v == calendar.IsDate
}
