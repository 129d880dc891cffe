package model_test

import (
	"strings"
	"testing"

	"mlp/internal/recipe/recipetest"
)

// A model names what a reader must know that would else take it for damaged, and what it
// uses only.
func TestRequires(t *testing.T) {
	for _, c := range []struct{ data, more, want string }{
		{``, ``, `""`},
		{`,"clip_target":false,"numeric":{"scale":"robust"}`, ``, `""`},
		{`,"clip_target":true`, ``, `"clip_target"`},
		{`,"numeric":{"encode":"periodic"}`, ``, `"number_encoders"`},
		{`,"numeric":{"encode":{"type":"piecewise_linear","bins":4}}`, ``, `"number_encoders"`},
		{`,"columns":[{"name":"width","encode":{"type":"piecewise_linear","dim":null,"bins":4}}]`, ``, `"number_encoders"`},
		{`,"categorical":{"encode":"one_hot"}`, `,"ensemble":{"type":"mini","members":2}`, `"shared_members"`},
	} {
		m, _, _ := recipetest.SetUp(t, `{"data":{"target":"height","task":"regression"`+c.data+`},"layers":[{"units":3},{"units":1}]`+c.more+`}`, recipetest.Flowers(), 1)
		file := string(recipetest.Written(t, m))
		if !strings.Contains(file, `"requires":`+c.want+`,`) {
			_, rest, _ := strings.Cut(file, `"requires":`)
			t.Errorf("%s%s: requires %.40s, want %s", c.data, c.more, rest, c.want)
		}
	}
}
