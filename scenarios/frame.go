package scenarios

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// frame reads the YAML around the lines: one document, a mapping. It gives nil
// where that cannot be read, and the mistake is noted.
func (t *text) frame() *yaml.Node {
	d := yaml.NewDecoder(bytes.NewReader(t.src))
	var doc, second yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		if t.change {
			t.add(1, 1, "there is no change in it; write a key and what differs, for example \"hosts:\", and in the next line \"  192.0.2.1: no-tls\"")
			return nil
		}
		t.add(1, 1, "the file is empty; begin with title:, domain: and zone:")
		return nil
	case err != nil:
		t.unreadable(err)
		return nil
	}
	if err := d.Decode(&second); err == nil {
		t.add(second.Line, second.Column, "a second YAML document begins here; a file tells one incident: write the other into a file of its own")
		return nil
	} else if !errors.Is(err, io.EOF) {
		t.unreadable(err)
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 {
		if t.change {
			t.at(root, 0, "a change is a list of keys, each at the start of a line; write one of %s", strings.Join(changeKeys(), ", "))
			return nil
		}
		t.at(root, 0, "a scenario is a list of keys; begin with title:, domain: and zone:, each at the start of a line")
		return nil
	}
	return root
}

// maxEntries is how many entries a mapping or a list may have.
const maxEntries = 5000

// An entry is one key of a mapping with its value.
type entry struct{ key, value *yaml.Node }

// entries gives the entries of a mapping in order, without those that are
// refused: a key that stands there twice, a key that is no plain text. what
// names the mapping, example shows one of its lines.
func (t *text) entries(n *yaml.Node, what, example string) []entry {
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || n.Anchor != "" {
		if t.plain(n, what) {
			t.at(n, 0, "%s holds one line for each entry; write them below it, indented: %q", what, example)
		}
		return nil
	}
	var list []entry
	seen := map[string]*yaml.Node{}
	if len(n.Content)/2 > maxEntries {
		t.at(n, 0, "%s holds %d entries; at most %d are read: leave those out that the incident does not need", what, len(n.Content)/2, maxEntries)
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Tag == "!!merge" {
			t.at(key, 0, "<< would merge keys from elsewhere, and a scenario has no anchors; write the lines out")
			continue
		}
		name, ok := t.scalar(key, "a key", example)
		if !ok {
			continue
		}
		if before := seen[name]; before != nil {
			t.at(key, 0, "%q stands here a second time; the first is in line %d: keep one of them", name, before.Line)
			continue
		}
		seen[name] = key
		list = append(list, entry{key, n.Content[i+1]})
	}
	return list
}

// items gives the items of a list.
func (t *text) items(n *yaml.Node, what, example string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode || n.Style&yaml.FlowStyle != 0 || n.Anchor != "" {
		if t.plain(n, what) {
			t.at(n, 0, "%s is a list; write each item below it on a line of its own, behind a hyphen: %q", what, "- "+example)
		}
		return nil
	}
	if len(n.Content) > maxEntries {
		t.at(n, 0, "%s has %d items; at most %d are read: leave those out that the incident does not need", what, len(n.Content), maxEntries)
		return nil
	}
	return n.Content
}

// scalar gives the text of a value, as written. what names it, example shows
// one.
func (t *text) scalar(n *yaml.Node, what, example string) (string, bool) {
	switch {
	case !t.plain(n, what):
		return "", false
	case n.Kind == yaml.SequenceNode && n.Style&yaml.FlowStyle != 0:
		t.at(n, 0, "YAML takes [ at the start of a value for a list; put the value into single quotes")
	case n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0:
		t.at(n, 0, "YAML takes { at the start of a value for a mapping; put the value into single quotes")
	case n.Kind != yaml.ScalarNode:
		t.at(n, 0, "%s is one line of text, not a list or a mapping; write it like this: %q", what, example)
	case strings.TrimSpace(n.Value) == "":
		t.at(n, 0, "%s is empty; write it like this: %q", what, example)
	default:
		return n.Value, true
	}
	return "", false
}

// plain refuses what YAML has beyond text, mappings and lists.
func (t *text) plain(n *yaml.Node, what string) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		t.at(n, 0, "YAML takes a * at the start of %s for an alias, and a scenario has none; put the value into single quotes", what)
	case n.Anchor != "":
		t.at(n, 0, "YAML takes an & at the start of %s for an anchor, and a scenario has none; put the value into single quotes", what)
	case n.Style&yaml.TaggedStyle != 0:
		t.at(n, 0, "YAML takes a ! at the start of %s for a tag, and a scenario has none; put the value into single quotes", what)
	default:
		return true
	}
	return false
}

// comment gives what stands behind the value of an entry, or, if nothing does,
// above its key, without the number signs.
func (e entry) comment() string {
	for _, c := range []string{e.value.LineComment, e.key.LineComment, e.key.HeadComment} {
		if c != "" {
			return uncomment(strings.Split(c, "\n"))
		}
	}
	return ""
}

func uncomment(lines []string) string {
	var out []string
	for _, l := range lines {
		l = strings.TrimLeft(strings.TrimSpace(l), "#")
		out = append(out, strings.TrimSpace(l))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// head gives the first comment of the file, if the file begins with one.
func (t *text) head() string {
	var lines []string
	for _, l := range t.lines {
		if strings.HasPrefix(l, "#") {
			lines = append(lines, l)
		} else if l != "" || len(lines) > 0 {
			break
		}
	}
	return uncomment(lines)
}

// cutAt tells whether YAML cut a plain value at a blank and a number sign that
// hardly begin a comment, because no blank follows, or because a quotation
// mark is open.
func (t *text) cutAt(n *yaml.Node) (col int, cut bool) {
	if n.Kind != yaml.ScalarNode || n.Style != 0 {
		return 0, false
	}
	rest, ok := strings.CutPrefix(t.tail(n), n.Value)
	mark := strings.TrimLeft(rest, " \t")
	if !ok || !strings.HasPrefix(mark, "#") {
		return 0, false
	}
	_, start := t.position(n, len(n.Value))
	open := strings.Count(n.Value, `"`)%2 == 1
	return start + len(rest) - len(mark), open || len(mark) > 1 && !strings.ContainsAny(mark[1:2], " \t#")
}
