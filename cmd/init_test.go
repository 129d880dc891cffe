package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rows writes a header and n rows, of which each has the cells given for it.
func rows(header string, n int, row func(i int) string) string {
	var b strings.Builder
	if header != "" {
		b.WriteString(header + "\n")
	}
	for i := range n {
		b.WriteString(row(i) + "\n")
	}
	return b.String()
}

// What init drafts can be fitted, cross-validated and asked without an edit,
// whatever the table looks like.
func TestDraftsOfAnyTable(t *testing.T) {
	noise := func(i int) int { return i * i * 7919 % 101 }
	two := func(i int) string { return "ny"[i%2:][:1] }
	cases := []struct{ name, target, table string }{
		{"two rows, two labels", "y", "a,y\n1,p\n2,q\n"},
		{"two rows, a number", "y", "a,y\n1,1.5\n2,2.5\n"},
		{"three rows of words", "y", "a,y\nr,p\ns,q\nr,p\n"},
		{"a label of one row", "y", rows("a,y", 40, func(i int) string {
			return fmt.Sprintf("%d,%s", noise(i), []string{"p", "q", "once"}[min(i%2+i/39*2, 2)])
		})},
		{"each label once", "y", rows("a,y", 25, func(i int) string { return fmt.Sprintf("%d,label %c", noise(i), 'a'+i) })},
		{"many labels", "y", rows("a,b,y", 300, func(i int) string { return fmt.Sprintf("%d,%d,k%d", noise(i), i%13, noise(i+i/3)%60) })},
		{"yes and no in 3000 rows, one yes", "y", rows("a,y", 3000, func(i int) string { return fmt.Sprintf("%d,%s", noise(i), []string{"yes", "no"}[min(i, 1)]) })},
		{"nothing varies", "y", rows("a,b,y", 30, func(i int) string { return "1,x," + two(i) })},
		{"one column varies", "y", rows("a,b,c,y", 30, func(i int) string { return fmt.Sprintf("1,%d,,%s", i%7, two(i)) })},
		{"blanks, colons and hashes in names", "the # target: y", rows("a b,c: d,#e,{f},the # target: y", 30, func(i int) string {
			return fmt.Sprintf("%d,%d,%s,%d,%s", noise(i), i%5, "uvw"[i%3:][:1], i%4, two(i))
		})},
		{"quotes, commas and line ends in names and labels", "an \"y\"", rows("\"a, b\",\"c\nd\",\"an \"\"y\"\"\"", 30, func(i int) string {
			return fmt.Sprintf("%d,\"u, %d\",\"the \"\"%s\"\"\nlabel\"", noise(i), i%3, two(i))
		})},
		{"letters of other scripts", "größe", rows("größe,年齢,имя", 40, func(i int) string { return fmt.Sprintf("%d.5,%d,%s", noise(i), i, []string{"да", "нет"}[i%2]) })},
		{"words that YAML takes for others", "off", rows("yes,~,off", 30, func(i int) string {
			return fmt.Sprintf("%d,%s,%s", noise(i), []string{"on", "off", "1e3x"}[i%3], []string{"true", "no"}[i%2])
		})},
		{"no header", "3", rows("", 30, func(i int) string { return fmt.Sprintf("%d,%d,%s", noise(i), i%7, two(i)) })},
		{"no header, counted from the end", "-1", rows("", 30, func(i int) string { return fmt.Sprintf("%d,%d,%d.25", noise(i), i%7, noise(i)) })},
		{"semicolons", "y", rows("a;b;y", 30, func(i int) string { return fmt.Sprintf("%d;%d;%s", noise(i), i%7, two(i)) })},
		{"numbers as labels, with a gap", "y", rows("a,y", 60, func(i int) string { return fmt.Sprintf("%d,%d", noise(i), []int{-3, 0, 40}[i%3]) })},
		{"many whole numbers", "y", rows("a,y", 60, func(i int) string { return fmt.Sprintf("%d,%d", noise(i), 1000*i) })},
		{"a long tail to predict", "y", rows("a,y", 60, func(i int) string { return fmt.Sprintf("%d,%g", noise(i), 0.5+float64(i*i*i*i)) })},
		{"missing cells everywhere", "y", rows("a,b,c,y", 60, func(i int) string {
			return fmt.Sprintf("%s,%s,%s,%s", []string{"NA", "1.5", "2"}[i%3], []string{"", "u", "v"}[noise(i)%3], []string{"?", "3"}[noise(i+1)%2], two(i))
		})},
		{"words among numbers", "y", rows("a,b,y", 100, func(i int) string {
			return fmt.Sprintf("%d,%s,%s", noise(i), []string{"n.a.", fmt.Sprint(i % 9)}[min(i%50, 1)], two(i))
		})},
		{"dates, keys and a number of the row", "y", rows("date,key,row,y", 60, func(i int) string { return fmt.Sprintf("2024-%02d-%02d,k%d,%d,%d.5", i/28+1, i%28+1, i, i, noise(i)) })},
		{"wider than long", "y", rows(columnNames(120)+",y", 40, func(i int) string {
			cells := make([]string, 120)
			for j := range cells {
				cells[j] = fmt.Sprint(noise(i*120 + j))
			}
			return strings.Join(cells, ",") + "," + two(i)
		})},
		{"large numbers", "y", rows("a,b,y", 60, func(i int) string { return fmt.Sprintf("%d,%g,%s", 1700000000+i*3600, 1e30*float64(noise(i)), two(i)) })},
		{"rows enough for early stopping", "y", rows("a,b,y", 20100, func(i int) string { return fmt.Sprintf("%d,%d,%s", noise(i), i%17, two(noise(i))) })},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			write("a table.csv", c.table)
			write("s.yaml", mustRun(t, dir, "init", "a table.csv", "--target", c.target))
			short := []string{"-c", "s.yaml", "-q"}
			if len(c.table) > 20000 { // as many epochs as drafted would take a while
				short = append(short, "--epochs", "1")
			}
			mustRun(t, dir, append([]string{"fit"}, short...)...)
			mustRun(t, dir, append([]string{"cv"}, short...)...)
			if answers := mustRun(t, dir, "predict", "model.bin", "a table.csv"); strings.Contains(answers, "NaN") {
				t.Errorf("an answer is no number:\n%s", answers)
			}
		})
	}
}

func columnNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("x%d", i)
	}
	return strings.Join(names, ",")
}
