package calendar

import (
	"strings"
	"testing"
)

func TestClocks(t *testing.T) {
	for s, want := range map[string]float64{
		"08:30": 30600, "8:30": 30600, "8:30 pm": 73800, "8:30PM": 73800, "12:00 am": 0, "12:05 p.m.": 43500, "8 pm": 72000, "8am": 28800,
		"23:59:59.5": 86399.5, "00:00": 0, "T08:30": 30600, "08:30:15": 30615, "23:59:59.000001": 86399.000001,
	} {
		d, v := ParseClock(s)
		if v != IsDate || d.SecondsOfDay() != want {
			t.Errorf("%q: %v, verdict %d; want %v", s, d.SecondsOfDay(), v, want)
		}
	}
	for _, s := range []string{"", "8", "0830", "8.30", "830 pm", "13:00 pm", "0:30 am", "8:3", "8:30:5", "123:00", "8:30 xm", "am", "pm", "8:30-9:00", "8:30 8:30", "8:30+02:00", "8:30Z", "-1:30", "8:30:15.5.5", "8:30:15:20"} {
		if d, v := ParseClock(s); v != NotDate {
			t.Errorf("%q is taken for %v, verdict %d", s, d, v)
		}
	}
	for _, s := range []string{"24:00", "25:10", "8:60", "8:30:60"} {
		if _, v := ParseClock(s); v != NoSuchDate {
			t.Errorf("%q: verdict %d", s, v)
		}
	}
}

func TestDurations(t *testing.T) {
	for s, want := range map[string]float64{
		"1h30m": 5400, "1h 30min": 5400, "1 h 30 m 5 s": 5405, "90 min": 5400, "90min": 5400, "1.5 hours": 5400, "2 days": 172800, "1 day, 2:03:04": 93784,
		"2 days 03:04:05.5": 183845.5, "0 days 00:05:00": 300, "PT1H30M": 5400, "P3D": 259200, "P1DT2H": 93600, "PT0.5S": 0.5, "P1Y2M": 31557600 + 2*2629800, "P2W": 1209600,
		"1:23:45": 5025, "26:00:00": 93600, "100:00:00": 360000, "45:10": 2710, "45:10.25": 2710.25, "-1h": -3600, "−45:10": -2710, "3 weeks": 1814400,
		"2 years and 3 months": 2*31557600 + 3*2629800, "250 ms": 0.25, "14h30": 52200, "1 Hour": 3600, "5 mins.": 300, "0 s": 0,
	} {
		if v, ok := ParseDuration(s); !ok || v != want {
			t.Errorf("%q: %v, %v; want %v", s, v, ok, want)
		}
	}
	for _, s := range []string{"", "5", "h", "1h2h", "30m1h", "1 fortnight", "P", "PT", "P1", "P1H", "PT1D", "P1DT", "T1H", "pt1h", "1:2:3", "1:60", "1:23:45:67", "1:23h", "1h 2:03", "1..5h", ".5h", "5. h", "1 h 30 x", "1,5 h", "1h,", "8:30 pm", "1 day 2 days"} {
		if v, ok := ParseDuration(s); ok {
			t.Errorf("%q is taken for %v seconds", s, v)
		}
	}
	for words, sure := range map[string]bool{"5m 3m": false, "5m 3h": true, "1h30m 5m": true, "90min": true, "2days": true, "PT5M": true, "3d 5d": false, "1:23:45": true} {
		if all, got := LookDurations(strings.Fields(words)); !all || got != sure {
			t.Errorf("%s: durations %v, sure %v", words, all, got)
		}
	}
}
