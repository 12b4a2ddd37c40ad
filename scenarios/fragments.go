package scenarios

import (
	"embed"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/internal/nearest"
	"mxlab/verify/finding"
)

//go:embed fragments
var fragmentFiles embed.FS

const fragmentDir = "fragments"

// A Fragment is a part that scenarios have in common, such as what a provider's
// MX hosts look like: the names and their depth, the certificates, greetings. A
// file takes it by name under uses:, and it lies below what the file says.
type Fragment struct {
	Name    string
	Title   string
	Comment string // what it rests on
	Text    string // as embedded; {domain} is the recipient's domain, {label} the same with hyphens for its dots
}

// Fragments gives every fragment, sorted by name.
func Fragments() []Fragment {
	files, err := fragmentFiles.ReadDir(fragmentDir)
	if err != nil {
		panic(err) // the directory is embedded
	}
	var all []Fragment
	for _, f := range files {
		src, err := fragmentFiles.ReadFile(fragmentDir + "/" + f.Name())
		if err != nil {
			panic(err) // so is the file
		}
		t := newText(f.Name(), src)
		one := Fragment{Name: strings.TrimSuffix(f.Name(), extension), Comment: t.head(), Text: string(src)}
		for _, line := range t.lines {
			if title, ok := strings.CutPrefix(line, "title: "); ok {
				one.Title = title
			}
		}
		all = append(all, one)
	}
	return all
}

// fragments gives the layers that a file uses, which lie below it, in the order
// of the list.
func (c *compiler) fragments(n *yaml.Node, top *layer) (layers []*layer) {
	const example = "microsoft-365"
	if n == nil {
		return nil
	}
	all := Fragments()
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
	}
	domain := ""
	if d := top.keys["domain"]; d != nil {
		domain, _ = parseDomain(d.Value) // a mistake in it is told where it is read
	}
	used := map[string]bool{}
	for _, item := range c.items(n, "uses:", example) {
		name, ok := c.scalar(item, "uses", example)
		if !ok {
			continue
		}
		i := slices.Index(names, name)
		switch {
		case i < 0:
			c.unsure = true
			c.at(item, 0, "no fragment has the name %q; write one of %s%s", clip(name), strings.Join(names, ", "), nearest.Hint(name, names...))
		case used[name]:
			c.at(item, 0, "%s stands here a second time; write it once", name)
		case domain == "":
			c.unsure = true
		default:
			used[name] = true
			layers = append(layers, c.fragment(all[i], domain, item))
		}
	}
	return layers
}

// fragment reads one fragment for a domain. Its own title is not the file's.
func (c *compiler) fragment(f Fragment, domain string, item *yaml.Node) *layer {
	src := strings.NewReplacer("{domain}", domain, "{label}", strings.ReplaceAll(domain, ".", "-")).Replace(f.Text)
	t := newText(f.Name, []byte(src))
	t.used = item
	l := &layer{keys: map[string]*yaml.Node{}}
	if root := t.frame(); root != nil {
		l = t.layer(root, "a fragment", []string{"title", "zone", "certs", "hosts", "faults"})
	}
	for _, e := range t.errs {
		c.at(item, 0, "in the fragment %s, line %d: %s", f.Name, e.Line, e.Msg)
	}
	delete(l.keys, "title")
	c.own(l.node, t)
	return l
}

// own notes in which text the nodes of a fragment, or of a change, stand.
func (c *compiler) own(n *yaml.Node, t *text) {
	if n == nil {
		return
	}
	if c.foreign == nil {
		c.foreign = map[*yaml.Node]*text{}
	}
	c.foreign[n] = t
	for _, child := range n.Content {
		c.own(child, t)
	}
}

// productOf tells of which product a fragment has the shape.
func productOf(fragment string) finding.Product {
	return map[string]finding.Product{
		"esa-demonstration":    finding.ESA,
		"exchange-on-premises": finding.Exchange,
		"microsoft-365":        finding.ExchangeOnline,
	}[fragment]
}
