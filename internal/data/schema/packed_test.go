package schema

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"testing"

	"mlp/internal/data/dialect"
	"mlp/internal/data/source"
)

func pack(t testing.TB, csv, config string) []byte {
	t.Helper()
	table, err := Read(text(csv), configure(t, config))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := table.WritePacked(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackedTablesAreTheSameTables(t *testing.T) {
	pima, err := os.ReadFile("../../../data/pima.csv")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, csv, packed, read string }{
		{"plain", "a,b\n1,x\n,\n2,y\n", `{}`, `{}`},
		{"pima", string(pima), `{}`, `{}`},
		{"no header", "1,x\n2,y\n", `{}`, `{}`},
		{"lines apart", "a,b\n1,\"x\n\n\"\n2,y\n\n", `{}`, `{}`},
		{"a target chosen later", "a,b,y\n1,x,0\n3,,1\n2,y,0\n", `{}`, `{"target": "y"}`},
		{"a target chosen before", "a,b,y\n1,x,0\n3,,1\n2,y,0\n", `{"target": "y"}`, `{}`},
		{"missing tokens chosen later", "a,b\n1,x\n0,y\n2,y\n", `{}`, `{"na_values": ["y"], "columns": [{"name": "a", "na_values": [0]}]}`},
		{"tokens that make words numbers", "a\n1\nlow\n3\nlow\n", `{}`, `{"na_values": ["low"]}`},
		{"a type chosen later", "a,b\n1,x\n2,y\n", `{}`, `{"columns": [{"name": "a", "type": "categorical"}]}`},
		{"ignored later", "a,b\n1,x\n2,y\n", `{}`, `{"ignore": ["a"]}`},
		{"ignored before and after", "a,b\n1,x\n2,y\n", `{"ignore": ["a"]}`, `{"ignore": ["a"]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			want, err := Read(text(c.csv), configure(t, c.read))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Read(source.Bytes("t.packed", pack(t, c.csv, c.packed)), configure(t, c.read))
			if err != nil {
				t.Fatal(err)
			}
			if show(got) != show(want) || !slices.Equal(got.Lines, want.Lines) || got.SHA256 != want.SHA256 || got.HeaderFound != want.HeaderFound || got.Delimiter != want.Delimiter {
				t.Errorf("got  %s\nwant %s", show(got), show(want))
			}
			for i := range want.Columns {
				if (got.Columns[i].Codes == nil) != (want.Columns[i].Codes == nil) {
					t.Errorf("column %d: labels in one, none in the other", i)
				}
			}
		})
	}
}

func TestPackingIsDeterministic(t *testing.T) {
	const csv = "a,b,y\n1,x,0\nnan,,1\n2,y,0\n"
	b := pack(t, csv, `{"target": "y"}`)
	if !bytes.Equal(b, pack(t, csv, `{"target": "y"}`)) {
		t.Error("two packings of one table differ")
	}
	// Packed files outlive versions of the program.
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != packedSum {
		t.Errorf("the format has changed: %s", got)
	}
}

const packedSum = "95ac40f84210a0ea121bfab7e3f38fc7a226aad637310fd1443ad9b0d303831b"

// Every truncation and every flipped bit is noticed.
func TestDamagedPackedTables(t *testing.T) {
	b := pack(t, "a,b,y\n1,x,0\n2,,1\n", `{"target": "y"}`)
	for n := range b {
		if _, err := Read(source.Bytes("t", b[:n]), Default()); err == nil {
			t.Fatalf("accepted %d of %d bytes", n, len(b))
		}
	}
	for i := range 8 * len(b) {
		flipped := bytes.Clone(b)
		flipped[i/8] ^= 1 << (i % 8)
		if _, err := Read(source.Bytes("t", flipped), Default()); err == nil {
			t.Fatalf("accepted with bit %d flipped", i)
		}
	}
	if _, err := Read(source.Bytes("t", append(bytes.Clone(b), 0)), Default()); err == nil {
		t.Error("accepted with a byte too many")
	}
}

// What a valid checksum covers is not believed either.
func TestForgedPackedTables(t *testing.T) {
	b := pack(t, "a,b,y\n1,x,0\n2,,1\n", `{"target": "y"}`)
	body := len(b) - sha256.Size
	accepted := func(change func(b []byte) []byte) bool {
		c := change(bytes.Clone(b[:body]))
		sum := sha256.Sum256(c)
		_, err := Read(source.Bytes("t", append(c, sum[:]...)), Default())
		return err == nil
	}
	replace := func(old, new string) func([]byte) []byte {
		if !bytes.Contains(b, []byte(old)) || len(old) != len(new) {
			t.Fatalf("%q does not stand in the file, or is longer than %q", old, new)
		}
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
	}
	if !accepted(func(b []byte) []byte { return b }) {
		t.Fatal("the file itself is refused")
	}
	for name, change := range map[string]func([]byte) []byte{
		"infinity":          replace("\x00\x00\x80\x3f", "\x00\x00\x80\x7f"), // 1
		"another NaN":       replace("\x00\x00\x80\x3f", "\x01\x00\xc0\x7f"),
		"a code too many":   replace("\x00\x00\x00\x00\xff\xff\xff\xff", "\x01\x00\x00\x00\xff\xff\xff\xff"), // b: x, missing
		"a missing cell":    replace("\xff\xff\xff\xff", "\x00\x00\x00\x00"),
		"more rows":         replace(`\"rows\":2`, `\"rows\":3`),
		"another version":   replace(`"format_version":"1"`, `"format_version":"2"`),
		"another format":    replace("mlp-dataset", "mlp-dutaset"),
		"another type":      replace(`"F32"`, `"F64"`),
		"a longer header":   func(b []byte) []byte { b[3] = 0x7f; return b },
		"a name twice":      replace(`\"name\":\"a\"`, `\"name\":\"b\"`),
		"an unknown kind":   replace("categorical", "categoricol"),
		"a tensor less":     replace(`"codes/1"`, `"codes/9"`),
		"offsets elsewhere": replace(`"data_offsets":[0,`, `"data_offsets":[9,`),
	} {
		if accepted(change) {
			t.Errorf("accepted with %s", name)
		}
	}
}

// A packed table knows how the marks of its words are read: "1.234 €" is a thousand where
// the comma is decimal.
func TestPackedMarks(t *testing.T) {
	const csv, config = "x;price;y\n1,5;1.234 €;a\n2,5;1.500 €;b\n3,5;2.100 €;a\n", `{"target":"y","read":{"decimal":",","thousands":"."}}`
	b := pack(t, csv, config)
	read, err := Read(source.Bytes("p", b), configure(t, `{"target":"y"}`))
	if err != nil {
		t.Fatal(err)
	}
	if m := read.Reading.Marks; m.Decimal != ',' || m.Thousands != '.' {
		t.Errorf("the marks are %q and %q", m.Decimal, m.Thousands)
	}
	if plain := pack(t, "x,y\n1,a\n2,b\n", `{"target":"y"}`); bytes.Contains(plain, []byte(`\"read\"`)) {
		t.Error("a plain table names settings")
	}
}

// FuzzPacked mends the checksum, so that what is behind it is reached.
func FuzzPacked(f *testing.F) {
	f.Add(pack(f, "a,b,y\n1,x,0\n2,,1\n", `{"target": "y"}`))
	f.Add(pack(f, "a\n1\n\n", `{}`))
	f.Add(pack(f, "x;y\n1,5;a\n2,5;b\n", `{"target":"y","read":{"decimal":","}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > sha256.Size {
			sum := sha256.Sum256(b[:len(b)-sha256.Size])
			b = append(b[:len(b)-sha256.Size:len(b)-sha256.Size], sum[:]...)
		}
		if !dialect.IsPacked(b) {
			return
		}
		tab, err := Read(source.Bytes("f", b), Default())
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := tab.WritePacked(&again); err != nil {
			return // words where numbers are expected
		}
		back, err := Read(source.Bytes("f", again.Bytes()), Default())
		if err != nil || show(back) != show(tab) {
			t.Fatalf("what was read and packed is another table: %v", err)
		}
	})
}
