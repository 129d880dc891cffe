package draft

import (
	"strings"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
)

func TestLikelyTargets(t *testing.T) {
	for _, c := range []struct{ table, want string }{
		{"Class,a,b\np,1,2\nq,3,4\np,5,6\nq,7,8\n", "Class b"},
		{"a,b,kind\n1,2,p\n3,4,q\n5,6,p\n7,8,q\n", "kind"},
		{"a,b,c\n1.5,2,3\n3,4,5\n", "c"},
		{"a,price,c\n1.5,2,\n3,4,5\n", "price"},
	} {
		table, err := schema.Read(source.Bytes("t.csv", []byte(c.table)), schema.Default())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(LikelyTargets(table), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.table, got, c.want)
		}
	}
}
