package scenarios_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"mxlab/scenarios"
)

type node = map[string]any

// A schema is as much of JSON Schema as Schema uses; another keyword is an
// error, so that nothing is passed over.
type schema struct{ root node }

// check gives the places at which a value does not fit, as PATH: WHY.
func (s schema) check(t *testing.T, is node, value any, at string) (wrong []string) {
	t.Helper()
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	object, isObject := value.(node)
	list, isList := value.([]any)
	text, isText := value.(string)
	for keyword, want := range is {
		switch keyword {
		case "$schema", "$defs", "title", "description", "properties":
		case "$ref":
			target := s.root["$defs"].(node)[strings.TrimPrefix(want.(string), "#/$defs/")]
			require.NotNil(t, target, "%v leads nowhere", want)
			wrong = append(wrong, s.check(t, target.(node), value, at)...)
		case "type":
			kinds := fmt.Sprint(want)
			kind := map[bool]string{true: "object"}[isObject] + map[bool]string{true: "array"}[isList] + map[bool]string{true: "string"}[isText]
			if !strings.Contains(kinds, kind) {
				say("is a %s, not %s", kind, kinds)
			}
		case "additionalProperties":
			known, _ := is["properties"].(node)
			for k, v := range object {
				if of, ok := known[k]; ok {
					wrong = append(wrong, s.check(t, of.(node), v, at+"/"+k)...)
				} else if of, ok := want.(node); ok {
					wrong = append(wrong, s.check(t, of, v, at+"/"+k)...)
				} else {
					say("%s does not belong", k)
				}
			}
		case "propertyNames":
			for k := range object {
				wrong = append(wrong, s.check(t, want.(node), k, at+"/"+k)...)
			}
		case "required":
			for _, k := range want.([]any) {
				if _, ok := object[k.(string)]; isObject && !ok {
					say("%v is missing", k)
				}
			}
		case "anyOf":
			if !slices.ContainsFunc(want.([]any), func(o any) bool { return len(s.check(t, o.(node), value, at)) == 0 }) {
				say("fits none of %v", want)
			}
		case "items":
			for i, v := range list {
				wrong = append(wrong, s.check(t, want.(node), v, fmt.Sprintf("%s/%d", at, i))...)
			}
		case "minItems":
			if isList && len(list) < int(want.(float64)) {
				say("has too few items")
			}
		case "maxItems":
			if isList && len(list) > int(want.(float64)) {
				say("has too many items")
			}
		case "const":
			if value != want {
				say("is not %v", want)
			}
		case "enum":
			if !slices.Contains(want.([]any), value) {
				say("is none of %v", want)
			}
		case "pattern":
			if isText && !regexp.MustCompile(want.(string)).MatchString(text) {
				say("does not match %v", want)
			}
		case "minLength":
			if isText && text == "" {
				say("is empty")
			}
		default:
			require.Fail(t, "the keyword "+keyword+" is not known to this test")
		}
	}
	return wrong
}

func readSchema(t *testing.T) schema {
	t.Helper()
	var s schema
	require.NoError(t, json.Unmarshal(scenarios.Schema(), &s.root))
	return s
}

// plain reads YAML as text, mappings and lists, as scenarios do.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return plain(n.Content[0])
	case yaml.MappingNode:
		m := node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		l := []any{}
		for _, c := range n.Content {
			l = append(l, plain(c))
		}
		return l
	}
	return n.Value
}

func parseYAML(t *testing.T, src string) any {
	t.Helper()
	var n yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(src), &n))
	return plain(&n)
}

func TestCatalogueFitsTheSchema(t *testing.T) {
	t.Parallel()
	s := readSchema(t)
	for _, name := range scenarios.List() {
		src, err := fs.ReadFile(scenarios.Catalog(), name+".yaml")
		require.NoError(t, err)
		assert.Empty(t, s.check(t, s.root, parseYAML(t, string(src)), name))
	}
	assert.Empty(t, s.check(t, s.root, parseYAML(t, portal), "portal"))
}

// At every place of a file the schema and the loader know the same keys.
func TestSchemaKnowsTheKeysOfTheLoader(t *testing.T) {
	t.Parallel()
	s := readSchema(t)
	base := "title: t\ndomain: example.com\nzone: |\n  example.com. MX 0 .\n"
	places := []struct{ name, around, in, def string }{
		{"the file", "%s", "", ""},
		{"a view", base + "views:\n  v:\n%s", "    ", "view"},
		{"a phase", base + "then:\n  - phase: p\n%s", "    ", "phase"},
		{"a view of a phase", base + "views:\n  v:\n    title: t\nthen:\n  - phase: p\n    views:\n      v:\n%s", "        ", "view"},
		{"a host", base + "hosts:\n  192.0.2.1:\n%s", "    ", "host"},
		{"the sender", base + "sender:\n%s", "  ", "sender"},
	}
	keys := []string{"colour"}
	var gather func(v any)
	gather = func(v any) {
		switch v := v.(type) {
		case node:
			if p, ok := v["properties"].(node); ok {
				for k, of := range p {
					if !slices.Contains(keys, k) {
						keys = append(keys, k)
					}
					assert.NotEmpty(t, of.(node)["description"], "%s is described", k)
				}
			}
			for _, child := range v {
				gather(child)
			}
		case []any:
			for _, child := range v {
				gather(child)
			}
		}
	}
	gather(s.root)
	require.Greater(t, len(keys), 30)
	refused := regexp.MustCompile(`unknown key|has no place|has no key`)
	for _, p := range places {
		for _, key := range keys {
			src := fmt.Sprintf(p.around, p.in+key+": x\n")
			loads := true
			if _, err := scenarios.Parse("f.yaml", "f", []byte(src)); err != nil {
				loads = !refused.MatchString(err.Error())
			}
			is := s.root
			if p.def != "" {
				is = is["$defs"].(node)[p.def].(node)
			}
			assert.Equal(t, false, is["additionalProperties"], p.name)
			_, fits := is["properties"].(node)[key]
			assert.Equal(t, loads, fits, "%s in %s: does the loader know it, and does the schema?", key, p.name)
		}
	}
}

// What the loader refuses for its form, the schema refuses too.
func TestSchemaRefusesForms(t *testing.T) {
	t.Parallel()
	s := readSchema(t)
	base := "title: t\ndomain: example.com\nzone: |\n  example.com. MX 0 .\n"
	for _, src := range []string{
		"domain: example.com\nzone: x\n", "title: t\ndomain: example.com\n", base + "faults: x\n", base + "routes: x\n", base + "scenery:\n  a: b\n",
		base + "certs:\n  - x\n", base + "web:\n  - x\n", base + "hosts:\n  192.0.2.1:\n    attempts: x\n", base + "hosts:\n  192.0.2.1:\n    cert: no-tls\n    sni: x\n",
		base + "then:\n  - at: +1d\n", base + "then:\n  - phase: A b\n", base + "then:\n  - phase: a\n    at: 1d\n", base + "views:\n  A:\n    title: t\n",
		base + "uses:\n  - nothing\n", base + "sender: x\n", base + "without: x\n",
	} {
		_, err := scenarios.Parse("f.yaml", "f", []byte(src))
		assert.Error(t, err, src)
		assert.NotEmpty(t, s.check(t, s.root, parseYAML(t, src), ""), src)
	}
	for _, src := range []string{base + "faults: none\nroutes: none\nscenery: none\n", base + "routes:\n  - [192.0.2.9]\nhosts:\n  192.0.2.9: no-tls\n"} {
		_, err := scenarios.Parse("f.yaml", "f", []byte(src))
		assert.NoError(t, err, src)
		assert.Empty(t, s.check(t, s.root, parseYAML(t, src), ""), src)
	}
}
