package scenarios

import (
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakedns"
	"mxlab/internal/nearest"
	"mxlab/pki"
)

// A reader reads one world of a file: its layers, one over the other. The nodes
// are kept for the checks that need several keys.
type reader struct {
	*text
	sc     *Scenario
	layers []*layer // the lowest first
	claims *layer   // whose claims count; nil for none

	parsed  map[zoneText]*fakedns.Zone // texts that were read for another world
	zones   []zonePart
	certs   map[string]*yaml.Node // lines by label, also those with a mistake
	lab     *pki.Lab              // of the lines, which issues nothing; nil if a line is missing
	hosts   map[netip.Addr]*yaml.Node
	web     []*yaml.Node // the lines of sc.Web
	proxy   *yaml.Node   // of sc.Sender.Proxy
	labels  []mention    // of certificates
	faults  []*yaml.Node // the lines of sc.Faults
	route   []*yaml.Node // those of sc.Routes
	expect  []*yaml.Node // the values of sc.Expect
	receive []*yaml.Node // those of sc.Receive
	via     []mention    // of hosts that claims name
	sending []entry      // under sender:

	// unsure is set by a mistake after which a host that seems to be missing
	// may well be in the file.
	unsure bool
}

// A mention is a name somewhere in the file that must exist elsewhere.
type mention struct {
	name string
	node *yaml.Node
	at   int // its offset in the node
}

func newReader(c *compiler, sc *Scenario, layers []*layer, claims *layer) *reader {
	return &reader{text: c.text, parsed: c.zones, sc: sc, layers: layers, claims: claims, unsure: c.unsure,
		certs: map[string]*yaml.Node{}, hosts: map[netip.Addr]*yaml.Node{}}
}

// Parse reads a scenario and gives its first world, of which [Scenario.Story]
// gives the others. file is for messages; name becomes the story's name. The
// error is [Errors]: all mistakes that were found, and then there is no
// scenario.
func Parse(file, name string, src []byte) (*Scenario, error) {
	c, story := parse(file, name, src)
	if len(c.errs) > 0 {
		return nil, c.errs.tidy()
	}
	return story.Worlds[0], nil
}

// parse reads a file; with mistakes, which the compiler has, the story is not
// whole.
func parse(file, name string, src []byte) (*compiler, *Story) {
	c := newCompiler(file, src)
	if len(c.errs) > 0 {
		return c, nil
	}
	root := c.frame()
	if root == nil {
		return c, nil
	}
	story := c.compile(root, name)
	story.src = src
	return c, story
}

// read takes over the keys one by one, then checks them against each other.
func (r *reader) read() {
	for _, step := range []struct {
		key  string
		read func(*yaml.Node)
	}{
		{"title", r.readTitle}, {"source", r.readSource}, {"domain", r.readDomain},
	} {
		if n := r.top(step.key); n != nil {
			step.read(n)
		}
	}
	r.readZones()
	r.readCerts()
	r.readHosts()
	r.readWeb()
	for _, step := range []struct {
		key  string
		read func(*yaml.Node)
	}{
		{"faults", r.readFaults}, {"routes", r.readRoutes}, {"scenery", r.readScenery},
	} {
		if n := r.top(step.key); n != nil && !none(n) {
			step.read(n)
		}
	}
	r.readSender()
	if r.claims != nil && r.claims.keys["expect"] != nil {
		r.readExpect(r.claims.keys["expect"])
	}
	if r.claims != nil && r.claims.keys["findings"] != nil {
		r.readFindings(r.claims.keys["findings"])
	}
	if r.claims != nil && r.claims.keys["receive"] != nil {
		r.readReceive(r.claims.keys["receive"])
	}
	r.checkLabels()
	r.checkHosts()
}

// top gives the value of a key in the highest layer that has it; nil if none
// has.
func (r *reader) top(key string) *yaml.Node {
	for _, l := range slices.Backward(r.layers) {
		if n := l.keys[key]; n != nil {
			return n
		}
	}
	return nil
}

// all gives the values of a key in every layer that has it, the lowest first.
func (r *reader) all(key string) (nodes []*yaml.Node) {
	for _, l := range r.layers {
		if n := l.keys[key]; n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// refuse notes what a grammar found wrong with a scalar, and, where YAML may
// have cut the text, says so.
func (t *text) refuse(n *yaml.Node, err error) {
	offset, msg := place(err)
	if _, cut := t.cutAt(n); cut {
		msg += "; YAML takes ` #` and all behind it for a comment: if it belongs to the text, put the whole value into single quotes"
	}
	t.at(n, offset, "%s", msg)
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
		r.of(n).add(n.Line, col, "YAML takes ` #` and all behind it for a comment; put the whole text into single quotes, or, if it is a comment, write a blank behind the #")
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
		r.sc.Faults, r.faults = append(r.sc.Faults, f), append(r.faults, item)
	}
}
