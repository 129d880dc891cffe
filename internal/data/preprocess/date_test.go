package preprocess

import (
	"math"
	"testing"
	"time"

	"mlp/internal/data/calendar"
)

// Against the library's calendar and trigonometry, over a century and all circles.
func TestDatesAgreeWithTheCalendar(t *testing.T) {
	for day := time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC); day.Year() < 2101; day = day.AddDate(0, 0, 1) {
		d, v := calendar.ParseDate(day.Format(time.DateOnly))
		if v != calendar.IsDate || d.Days != int(day.Unix()/86400) || d.Weekday()%7 != int(day.Weekday()) || d.DayOfYear() != day.YearDay() {
			t.Fatalf("%s: %+v, weekday %d, day %d", day.Format(time.DateOnly), d, d.Weekday(), d.DayOfYear())
		}
	}
	for _, circle := range []int{7, 12, 24, 31, 60, 366} {
		for i := range circle {
			sin, cos := onCircle(i, circle)
			wantSin, wantCos := math.Sincos(2 * math.Pi * float64(i) / float64(circle))
			// The angle of the library is rounded twice, to 2⁻⁵³ of at most 2π each time.
			if math.Abs(sin-wantSin) > 2e-15 || math.Abs(cos-wantCos) > 2e-15 {
				t.Errorf("%d of %d: %v %v, want %v %v", i, circle, sin, cos, wantSin, wantCos)
			}
		}
	}
}
