package preprocess

import (
	"math"

	"mlp/internal/data/calendar"
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// A DatePart takes one thing from a date. A linear part is a number, which is
// filled and scaled like one that stood in the table. A cyclic part is a place on
// a circle, which becomes two inputs, sine and cosine, so that December is beside
// January; the middle of the circle stands for a missing date.
type DatePart struct {
	of     func(calendar.Moment) float64
	on     func(calendar.Moment) int // steps around the circle, from 0; nil: the part is linear
	circle int                       // steps of a full turn
	day    bool                      // whether it is of the day, and not of the time
}

// DateParts is the registry of `parts:`.
var DateParts = spec.NewRegistry[DatePart]("part", "parts")

// timeParts are the parts of a time of the day.
var timeParts = map[string]bool{"hour": true, "minute": true, "time": true}

func linear(name, doc string, of func(calendar.Moment) float64) spec.Registered {
	return DateParts.Add(name, doc, func(*spec.Fields) DatePart { return DatePart{of: of, day: !timeParts[name]} })
}

func cyclic(name, doc string, circle int, on func(calendar.Moment) int) spec.Registered {
	return DateParts.Add(name+"_cyclic", doc+", as sine and cosine", func(*spec.Fields) DatePart {
		return DatePart{on: on, circle: circle, day: !timeParts[name]}
	})
}

var (
	_ = linear("year", "the year", func(d calendar.Moment) float64 { return float64(d.Year) })
	_ = linear("month", "the month, 1 to 12", func(d calendar.Moment) float64 { return float64(d.Month) })
	_ = linear("day", "the day of the month, 1 to 31", func(d calendar.Moment) float64 { return float64(d.Day) })
	_ = linear("weekday", "the day of the week, 1 for Monday to 7", func(d calendar.Moment) float64 { return float64(d.Weekday()) })
	_ = linear("day_of_year", "the day of the year, 1 to 366", func(d calendar.Moment) float64 { return float64(d.DayOfYear()) })
	_ = linear("hour", "the hour, 0 to 23", func(d calendar.Moment) float64 { return float64(d.Hour) })
	_ = linear("minute", "the minute, 0 to 59", func(d calendar.Moment) float64 { return float64(d.Minute) })
	_ = linear("time", "the second of the day, with its fraction", func(d calendar.Moment) float64 { return d.SecondsOfDay() })
	_ = linear("days", "days since 1970-01-01, with the time as a fraction", func(d calendar.Moment) float64 {
		return float64(d.Days) + float64(d.Seconds())/86400
	})

	_ = cyclic("month", "the month on a circle of 12", 12, func(d calendar.Moment) int { return d.Month - 1 })
	_ = cyclic("day", "the day of the month on a circle of 31", 31, func(d calendar.Moment) int { return d.Day - 1 })
	_ = cyclic("weekday", "the day of the week on a circle of 7, from Monday", 7, func(d calendar.Moment) int { return d.Weekday() - 1 })
	_ = cyclic("day_of_year", "the day of the year on a circle of 366", 366, func(d calendar.Moment) int { return d.DayOfYear() - 1 })
	_ = cyclic("hour", "the hour on a circle of 24", 24, func(d calendar.Moment) int { return d.Hour })
	_ = cyclic("minute", "the minute on a circle of 60", 60, func(d calendar.Moment) int { return d.Minute })
	_ = cyclic("time", "the second of the day on a circle of 86400", 86400, func(d calendar.Moment) int { return d.Seconds() })
)

// usualParts are the parts of a date where the spec names none: the time of the day only
// if the training rows have one. Days go on where a year would stand still; dates in ISO
// 8601 keep the year, which models of before have of them.
func usualParts(dates []calendar.Moment, l calendar.Layout) []string {
	if l == calendar.Clock {
		return []string{"time", "time_cyclic"}
	}
	parts := []string{"year", "month_cyclic", "day_cyclic", "weekday_cyclic"}
	if l != calendar.ISO {
		parts[0] = "days"
	}
	hours, minutes := false, false
	for _, d := range dates {
		hours = hours || d.Timed()
		minutes = minutes || d.Minute != 0
	}
	if hours {
		parts = append(parts, "hour_cyclic")
	}
	if minutes {
		parts = append(parts, "minute_cyclic")
	}
	return parts
}

// onCircle returns sine and cosine of the angle that is steps of circle. The
// quarter turns are whole numbers, so they come out exactly.
func onCircle(steps, circle int) (sin, cos float64) {
	quarter, rest := 4*steps/circle, 4*steps%circle
	sin, cos = 0, 1
	if rest > 0 {
		turn := math.Pi / 2 / float64(circle) // of the quarter that is left
		sin = kernel.Cos64(float64(turn * float64(circle-rest)))
		cos = kernel.Cos64(float64(turn * float64(rest)))
	}
	switch quarter { // 0 − 0 is 0, where −0 would be −0
	case 1:
		return cos, 0 - sin
	case 2:
		return 0 - sin, 0 - cos
	case 3:
		return 0 - cos, sin
	}
	return sin, cos
}
