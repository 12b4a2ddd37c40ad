package scenarios

import (
	"net/netip"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakedns"
	"mxlab/internal/nearest"
)

// keys lists the keys of a scenario in the order in which a file has them.
func keys() []string {
	return []string{"title", "source", "domain", "zone", "certs", "hosts", "faults", "routes", "expect", "scenery"}
}

// later lists the keys that the language has, but not yet in this version.
func later() []string { return []string{"views", "then", "sender", "web"} }

// A reader reads one file. The nodes are kept for the checks that need several
// keys.
type reader struct {
	*text
	sc *Scenario

	given map[string]*yaml.Node // the value of each key
	zone  *yaml.Node
	certs map[string]*yaml.Node // lines by label, also those with a mistake
	hosts map[netip.Addr]*yaml.Node
	route []*yaml.Node // the lines of sc.Routes
	via   []via

	// unsure is set by a mistake after which a host that seems to be missing
	// may well be in the file.
	unsure bool
}

// A via is a host that a claim names.
type via struct {
	host string
	node *yaml.Node
	at   int // its offset in the node
}

// Parse reads a scenario. file is for messages; name becomes the scenario's
// name. The error is [Errors]: all mistakes that were found, and then there is
// no scenario.
func Parse(file, name string, src []byte) (*Scenario, error) {
	r := &reader{
		text:  newText(file, src),
		sc:    &Scenario{Name: name, File: file},
		given: map[string]*yaml.Node{},
		certs: map[string]*yaml.Node{},
		hosts: map[netip.Addr]*yaml.Node{},
	}
	if len(r.errs) == 0 {
		if root := r.frame(); root != nil {
			r.sc.Comment = r.head()
			r.read(root)
		}
	}
	if len(r.errs) > 0 {
		return nil, r.errs.tidy()
	}
	r.sc.story = &Story{Name: name, File: file, Worlds: []*Scenario{r.sc}}
	return r.sc, nil
}

// read takes over the keys one by one, then checks them against each other.
func (r *reader) read(root *yaml.Node) {
	for _, e := range r.entries(root, "a scenario", "title: ...") {
		r.take(e)
	}
	for _, required := range []struct{ key, write string }{
		{"title", "the incident in one sentence, for example \"title: The certificate of the second host has expired\""},
		{"domain", "the recipient's domain, for example \"domain: example.com\""},
		{"zone", "\"zone: |\" and below it, indented, what dig said about the domain, its MX hosts and their addresses"},
	} {
		if _, ok := r.given[required.key]; !ok {
			r.at(root, 0, "%s: is missing; write %s", required.key, required.write)
		}
	}
	for _, step := range []struct {
		key  string
		read func(*yaml.Node)
	}{
		{"title", r.readTitle}, {"source", r.readSource}, {"domain", r.readDomain}, {"zone", r.readZone},
		{"certs", r.readCerts}, {"hosts", r.readHosts}, {"faults", r.readFaults}, {"routes", r.readRoutes},
		{"expect", r.readExpect}, {"scenery", r.readScenery},
	} {
		if n := r.given[step.key]; n != nil {
			step.read(n)
		}
	}
	r.checkLabels()
	r.checkHosts()
}

// take notes the value of a known key.
func (r *reader) take(e entry) {
	for _, k := range keys() {
		if e.key.Value == k {
			r.given[k] = e.value
			return
		}
	}
	for _, k := range later() {
		if e.key.Value == k {
			r.at(e.key, 0, "%s: is not supported yet; write the incident as it is for one sender at one time", k)
			return
		}
	}
	known := keys()
	r.unsure = true
	if n := nearest.Word(e.key.Value, known...); n != "" {
		r.at(e.key, 0, "unknown key %q; did you mean %q?", clip(e.key.Value), n)
		return
	}
	r.at(e.key, 0, "unknown key %q; write one of %s", clip(e.key.Value), strings.Join(known, ", "))
}

// refuse notes what a grammar found wrong with a scalar, and, where YAML may
// have cut the text, says so.
func (r *reader) refuse(n *yaml.Node, err error) {
	offset, msg := place(err)
	if _, cut := r.cutAt(n); cut {
		msg += "; YAML takes ` #` and all behind it for a comment: if it belongs to the text, put the whole value into single quotes"
	}
	r.at(n, offset, "%s", msg)
}

func (r *reader) readTitle(n *yaml.Node) {
	r.sc.Title = r.prose(n, "title:", "title: PTR differs from MX")
}
func (r *reader) readSource(n *yaml.Node) {
	r.sc.Source = r.prose(n, "source:", "source: Cisco 213197")
}

// prose reads free text, in which no grammar would miss what YAML cut off.
func (r *reader) prose(n *yaml.Node, what, example string) string {
	s, _ := r.scalar(n, what, example)
	if col, cut := r.cutAt(n); cut {
		r.add(n.Line, col, "YAML takes ` #` and all behind it for a comment; put the whole text into single quotes, or, if it is a comment, write a blank behind the #")
	}
	return strings.TrimSpace(s)
}

func (r *reader) readDomain(n *yaml.Node) {
	s, ok := r.scalar(n, "domain:", "domain: example.com")
	if !ok {
		return
	}
	var err error
	if r.sc.Domain, err = parseDomain(s); err != nil {
		r.refuse(n, err)
	}
}

func (r *reader) readZone(n *yaml.Node) {
	s, ok := r.scalar(n, "zone:", "zone: |")
	if !ok {
		return
	}
	if folded := n.Style&yaml.FoldedStyle != 0 || n.Style == 0 && !strings.HasPrefix(r.tail(n), n.Value); folded {
		r.at(n, 0, "YAML would join the lines of this text to one; write \"zone: |\" and the records below it, indented")
		return
	}
	zone, err := fakedns.ParseZone(s, r.sc.Domain)
	if err != nil {
		r.refuse(n, indented(s, err))
		return
	}
	r.sc.Zone, r.zone = zone, n
}

// indented adds the reason to a mistake in a line of the zone that begins with
// a blank. In a master file such a line continues the owner of the one before
// (RFC 1035 section 5.1); in YAML it is easily indented by one blank too many.
func indented(zone string, err error) error {
	offset, msg := place(err)
	offset = min(max(offset, 0), len(zone))
	line := zone[strings.LastIndexByte(zone[:offset], '\n')+1:]
	if line == "" || line[0] != ' ' && line[0] != '\t' {
		return err
	}
	return wrong(offset, "%s; this line is indented further than the first, and so has the owner of the record before: if it has one of its own, move it to the left", msg)
}

// hint names the word that was meant. Behind the mistakes that are told it
// costs no more time.
func (r *reader) hint(got string, known ...string) string {
	if len(r.errs) >= most {
		return ""
	}
	return nearest.Hint(got, known...)
}

func (r *reader) readFaults(n *yaml.Node) {
	const example = "servfail mx02.example.com. A"
	for _, item := range r.items(n, "faults:", example) {
		s, ok := r.scalar(item, "a fault", example)
		if !ok {
			continue
		}
		f, err := fakedns.ParseFault(s)
		if err != nil {
			r.refuse(item, err)
			continue
		}
		r.sc.Faults = append(r.sc.Faults, f)
	}
}
