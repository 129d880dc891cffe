package spec

import "strings"

// JSONSchema returns the schema (draft 2020-12) of a spec whose fields are docs,
// for editors that complete and check YAML. Components stand under $defs, one
// definition a family.
func JSONSchema(title string, docs []FieldDoc) *Node {
	s := objectSchema(docs, nil)
	out := NewMap()
	out.Put("$schema", NewString("https://json-schema.org/draft/2020-12/schema"))
	out.Put("title", NewString(title))
	for _, k := range s.Keys {
		out.Put(k.Name, k.Value)
	}
	defs := NewMap()
	for _, f := range Families(docs) {
		defs.Put(f.Family(), familySchema(f))
	}
	out.Put("$defs", defs)
	return out
}

// object builds a Map from alternating keys and values.
func object(pairs ...any) *Node {
	m := NewMap()
	for i := 0; i < len(pairs); i += 2 {
		var v *Node
		switch x := pairs[i+1].(type) {
		case *Node:
			v = x
		case string:
			v = NewString(x)
		case bool:
			v = NewBool(x)
		default:
			panic("spec: a schema has maps, text and booleans")
		}
		m.Put(pairs[i].(string), v)
	}
	return m
}

// objectSchema describes a map with exactly these fields, and keys that may stand in it.
func objectSchema(docs, moot []FieldDoc) *Node {
	properties, required := NewMap(), NewList()
	for _, d := range docs {
		s := fieldSchema(d)
		properties.Put(d.Name, s)
		for _, other := range d.Aliases {
			properties.Put(other, s)
		}
		if d.Required && len(d.Aliases) == 0 {
			required.Items = append(required.Items, NewString(d.Name))
		}
	}
	for _, d := range moot {
		properties.Put(d.Name, object("description", d.Doc))
	}
	s := object("type", "object", "properties", properties, "additionalProperties", false)
	if len(required.Items) > 0 {
		s.Put("required", required)
	}
	return s
}

func fieldSchema(d FieldDoc) *Node {
	s := typeSchema(d)
	if d.Doc != "" {
		s.Put("description", NewString(d.Doc))
	}
	if d.Default != "" && d.Type != "section" {
		s.Put("x-default", NewString(d.Default))
	}
	return s
}

func typeSchema(d FieldDoc) *Node {
	number := func(word string) *Node {
		s := object("type", word)
		for _, c := range d.Checks {
			lower, upper := "minimum", "maximum"
			if c.exclusiveLimit {
				lower, upper = "exclusiveMinimum", "exclusiveMaximum"
			}
			if c.min != nil {
				s.Put(lower, NewFloat(*c.min))
			}
			if c.max != nil {
				s.Put(upper, NewFloat(*c.max))
			}
		}
		return s
	}
	scalar := object("type", NewStrings("string", "number", "boolean", "null"))
	oneOrMany := func(item *Node) *Node {
		return object("anyOf", NewList(item, object("type", "array", "items", item)))
	}
	var s *Node
	switch {
	case d.Family != nil:
		s = object("$ref", "#/$defs/"+d.Family.Family())
		switch {
		case d.Many:
			return oneOrMany(s)
		case d.Other != nil:
			s = object("anyOf", NewList(s, object("$ref", "#/$defs/"+d.Other.Family())))
		case strings.HasPrefix(d.Type, "number or "):
			s = object("anyOf", NewList(number("number"), s))
		}
	case d.Type == "section":
		s = objectSchema(d.Fields, d.Moot)
	case d.Type == "list of maps":
		item := objectSchema(d.Fields, d.Moot)
		for _, f := range d.Fields {
			if f.Name == d.Short { // a list of components
				item = object("anyOf", NewList(item, object("type", "array", "items", object("$ref", "#/$defs/"+f.Family.Family()))))
			}
		}
		s = object("type", "array", "items", item)
	case d.Type == "any":
		return NewMap()
	case d.Type == "map":
		s = object("type", "object")
	case d.Type == "integer or null":
		return object("anyOf", NewList(number("integer"), object("type", "null")))
	case d.Type == "integer" || d.Type == "number":
		s = number(d.Type)
	case d.Type == "boolean":
		s = object("type", "boolean")
	case len(d.Options) > 0:
		options := NewStrings(d.Options...)
		for _, o := range d.Options { // YAML reads these words as booleans
			if o == "true" || o == "false" {
				options.Items = append(options.Items, NewBool(o == "true"))
			}
		}
		return object("enum", options)
	case d.Type == "list of numbers":
		s = oneOrMany(number("number"))
	case d.Type == "list of text", d.Type == "text or list of text", d.Type == "text or number":
		return oneOrMany(scalar)
	case d.Type == "list of lists of numbers":
		s = object("type", "array")
	default:
		s = object("type", "string")
	}
	if d.Default == "null" || d.Nullable || d.Type == "section" || d.Type == "text" {
		return object("anyOf", NewList(s, object("type", "null")))
	}
	return s
}

// familySchema lists the ways in which a component of a family can be written.
func familySchema(f Family) *Node {
	var spelled []string
	ways := NewList(NewNull())
	for _, name := range f.Names() {
		c, _ := f.Describe(name)
		names := append([]string{c.Name}, c.Aliases...)
		spelled = append(spelled, names...)
		full := objectSchema(c.Fields, c.Moot)
		full.Get("properties").Put("type", object("enum", NewStrings(names...)))
		full.Put("description", NewString(c.Doc))
		ways.Items = append(ways.Items, full)
		short := NewMap()
		for _, n := range names {
			short.Put(n, object("description", c.Doc))
		}
		ways.Items = append(ways.Items, object("type", "object", "properties", short,
			"additionalProperties", false, "minProperties", NewInt(1), "maxProperties", NewInt(1)))
	}
	ways.Items[0] = object("type", "string", "examples", NewStrings(spelled...))
	if f.TakesNumber() {
		ways.Items = append(ways.Items, object("type", "number"))
	}
	return object("anyOf", ways)
}
