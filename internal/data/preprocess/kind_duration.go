package preprocess

import (
	"mlp/internal/data/calendar"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// Duration is the kind of columns that say how long something takes, which is a number of
// seconds.
var Duration = addKind(Kind{
	Name: "duration", Rank: 5,
	Holds: func(c *table.Column, _ scan.Marks) bool {
		if all, _ := calendar.LookDurations(c.Words[:min(len(c.Words), kindSample)]); !all {
			return false
		}
		all, sure := calendar.LookDurations(c.Words)
		return all && sure
	},
	Check: func(t *table.Table, col *table.Column, _ Settings, list *problem.List) {
		checkWords(t, col, list, func(word string) bool { _, ok := calendar.ParseDuration(word); return ok }, calendar.WhyNotDuration)
	},
	Idle:   idleForNumbers("a duration"),
	Values: readDurations,
	ReadAs: func([]string, Settings) string { return "durations, in seconds" },
	New: func(name string, s Settings) Feature {
		return &measured{number: number{name: name, settings: s}, reads: readDurations}
	},
})

func readDurations([]string, Settings) func(word string) (float64, bool) {
	return calendar.ParseDuration
}
