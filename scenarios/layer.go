package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/internal/nearest"
)

// overlayKeys lists the keys that every layer has, in the order in which a file
// has them.
func overlayKeys() []string {
	return []string{"title", "source", "domain", "without", "zone", "certs", "hosts", "web", "faults", "routes", "sender", "expect", "receive", "findings", "scenery"}
}

// topKeys lists the keys of a file.
func topKeys() []string {
	return []string{"title", "source", "domain", "uses", "phase", "view", "without", "zone", "certs", "hosts", "web", "faults", "routes", "sender",
		"expect", "receive", "findings", "scenery", "views", "then"}
}

// phaseKeys lists the keys of a phase under then:.
func phaseKeys() []string { return append([]string{"phase", "at", "views"}, overlayKeys()...) }

// A layer is a mapping of the file, or a fragment: what differs from the layers
// below it.
type layer struct {
	node   *yaml.Node            // nil if it cannot be read
	keys   map[string]*yaml.Node // the value of each key
	unsure bool                  // there was a key that is not known
}

// layer reads the keys of a mapping. what names it.
func (t *text) layer(n *yaml.Node, what string, known []string) *layer {
	l := &layer{keys: map[string]*yaml.Node{}}
	if n.Kind == yaml.MappingNode {
		l.node = n
	}
	for _, e := range t.entries(n, what, "title: ...") {
		key := e.key.Value
		switch meant := nearest.Word(key, known...); {
		case slices.Contains(known, key):
			l.keys[key] = e.value
			continue
		case slices.Contains(topKeys(), key) || key == "at":
			t.at(e.key, 0, "%s: has no place in %s; write one of %s", key, what, strings.Join(known, ", "))
		case meant != "":
			t.at(e.key, 0, "unknown key %q; did you mean %q?", clip(key), meant)
		default:
			t.at(e.key, 0, "unknown key %q; write one of %s", clip(key), strings.Join(known, ", "))
		}
		l.unsure = true
	}
	return l
}

// none tells whether an overlay empties a list with the word none.
func none(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Style == 0 && n.Value == "none" }
