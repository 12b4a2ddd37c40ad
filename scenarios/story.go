package scenarios

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"mxlab/fakedns"
	"mxlab/internal/nearest"
)

// A phase is one moment of a story: the layers of then: up to it.
type phase struct {
	name string
	at   time.Duration
	own  *layer            // what this phase says; the file's top level for the first
	view map[string]*layer // what it says of each view
}

// A compiler makes the worlds of one file: every phase, seen from every view.
// An overlay is a layer on top of those before; a view's lie above all phases.
type compiler struct {
	*text
	base   []*layer // fragments, then the file's top level
	view   string   // the name of the default view; empty if it has none
	views  []string
	phases []phase
	unsure bool // a key could not be read

	only    *Scenario // the world to be made, without its claims; nil for all of them
	changes []*layer  // above all others

	readers []*reader                  // one for each world
	zones   map[zoneText]*fakedns.Zone // each text is read once, not for every world
}

func newCompiler(file string, src []byte) *compiler {
	return &compiler{text: newText(file, src), zones: map[zoneText]*fakedns.Zone{}}
}

// compile gives the worlds of a file; those with mistakes too.
func (c *compiler) compile(root *yaml.Node, name string) *Story {
	top := c.layer(root, "a scenario", topKeys())
	c.unsure = c.unsure || top.unsure
	c.base = append(c.fragments(top.keys["uses"], top), top)
	for _, key := range []string{"title", "domain", "zone"} {
		if !slices.ContainsFunc(c.base, func(l *layer) bool { return l.keys[key] != nil }) {
			c.at(root, 0, "%s: is missing; write %s", key, missing(key))
		}
	}
	first := phase{own: top, view: map[string]*layer{}}
	if n := top.keys["phase"]; n != nil {
		first.name = c.worldName(n, "phase:", thenExample)
	}
	if n := top.keys["view"]; n != nil {
		c.view = c.worldName(n, "view:", viewExample)
	}
	if n := top.keys["views"]; n != nil {
		first.view = c.readViews(n, nil)
		for _, e := range c.entries(n, "views:", viewsExample) {
			if first.view[e.key.Value] != nil {
				c.views = append(c.views, e.key.Value)
			}
		}
	}
	c.phases = []phase{first}
	if n := top.keys["then"]; n != nil {
		c.readThen(n)
	}
	story := &Story{Name: name, File: c.file}
	if n := len(c.phases) * (1 + len(c.views)); n > maxWorlds {
		c.at(root, 0, "the phases and views of this story are %d worlds; a story has at most %d: write the rest into a file of its own", n, maxWorlds)
		c.phases, c.views = c.phases[:1], nil
	}
	for i := range c.phases {
		for _, view := range append([]string{""}, c.views...) {
			if c.wants(i, view) {
				story.Worlds = append(story.Worlds, c.world(story, i, view))
			}
		}
	}
	return story
}

// wants tells whether a world is to be made.
func (c *compiler) wants(i int, view string) bool {
	if view == "" {
		view = c.view
	}
	return c.only == nil || c.only.Phase == c.phases[i].name && c.only.View == view
}

// maxWorlds is how many worlds a story may have: every one is played.
const maxWorlds = 60

// missing says what to write for a key that every scenario has.
func missing(key string) string {
	return map[string]string{
		"title":  "the incident in one sentence, for example \"title: The certificate of the second host has expired\"",
		"domain": "the recipient's domain, for example \"domain: example.com\"",
		"zone":   "\"zone: |\" and below it, indented, what dig said about the domain, its MX hosts and their addresses",
	}[key]
}

// world reads the layers of one phase and view.
func (c *compiler) world(story *Story, i int, view string) *Scenario {
	p := c.phases[i]
	layers, claims := slices.Clone(c.base), p.own
	for _, earlier := range c.phases[1 : i+1] {
		layers = append(layers, earlier.own)
	}
	if view != "" {
		claims = p.view[view]
		for _, earlier := range c.phases[:i+1] {
			if l := earlier.view[view]; l != nil {
				layers = append(layers, l)
			}
		}
	}
	layers = append(layers, c.changes...)
	if c.only != nil {
		claims = nil
	}
	if view == "" {
		view = c.view
	}
	name := story.Name
	if p.name != "" {
		name += "/" + p.name
	}
	if view != "" {
		name += "@" + view
	}
	sc := &Scenario{Name: name, File: c.file, Phase: p.name, View: view, At: p.at, Comment: c.head(), story: story}
	r := newReader(c, sc, layers, claims)
	r.read()
	c.readers = append(c.readers, r)
	return sc
}

const (
	viewExample  = "view: outside"
	viewsExample = "inside:"
	thenExample  = "phase: certificate-renewed"
)

// readViews reads views: and gives the layer of each; known lists the views
// that there may be, nil for any.
func (c *compiler) readViews(n *yaml.Node, known []string) map[string]*layer {
	all := map[string]*layer{}
	for _, e := range c.entries(n, "views:", viewsExample) {
		name := e.key.Value
		if err := checkWorldName(name); err != nil {
			c.refuse(e.key, err)
			continue
		}
		if c.view != "" && name == c.view {
			c.at(e.key, 0, "view: gives this name to what stands at the top level already; write another name")
			continue
		}
		if known != nil && !slices.Contains(known, name) {
			c.at(e.key, 0, "no view has the name %q; the views of a story stand under the views: of its first phase%s", clip(name), nearest.Hint(name, known...))
			continue
		}
		all[name] = c.layer(e.value, "a view", overlayKeys())
	}
	return all
}

// readThen reads the phases behind the first.
func (c *compiler) readThen(n *yaml.Node) {
	for _, item := range c.items(n, "then:", thenExample) {
		l := c.layer(item, "a phase", phaseKeys())
		if l.node == nil {
			continue
		}
		before := c.phases[len(c.phases)-1]
		p := phase{at: before.at, own: l, view: map[string]*layer{}}
		if name := l.keys["phase"]; name != nil {
			p.name = c.worldName(name, "phase:", thenExample)
		} else {
			c.at(item, 0, "a phase under then: has no name; write it like this: %q", thenExample)
		}
		for _, other := range c.phases {
			if p.name != "" && other.name == p.name {
				c.at(l.keys["phase"], 0, "there is a phase %s already; write another name", p.name)
			}
		}
		if at := l.keys["at"]; at != nil {
			p.at = c.readAt(at, before.at)
		}
		if v := l.keys["views"]; v != nil {
			p.view = c.readViews(v, append([]string{}, c.views...))
		}
		c.phases = append(c.phases, p)
	}
}

// worldName reads the name of a phase or of the default view.
func (c *compiler) worldName(n *yaml.Node, key, example string) string {
	s, ok := c.scalar(n, key, example)
	if !ok {
		return ""
	}
	if err := checkWorldName(s); err != nil {
		c.refuse(n, err)
		return ""
	}
	return s
}

// checkWorldName says what is wrong with the name of a phase or a view, which
// stands behind a slash or an @.
func checkWorldName(s string) error {
	for i, r := range s {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' && i > 0 {
			continue
		}
		return wrong(i, "%q may not stand here; a phase or a view has a name of small letters, digits and hyphens, for example certificate-renewed", r)
	}
	return nil
}

// readAt reads when a phase is; before is when that before it was.
func (c *compiler) readAt(n *yaml.Node, before time.Duration) time.Duration {
	const example = "at: +24h"
	s, ok := c.scalar(n, "at:", example)
	if !ok {
		return before
	}
	at, err := parseAt(s)
	switch {
	case err != nil:
		c.refuse(n, err)
		return before
	case at < before:
		c.at(n, 0, "the phase before this one is later; phases stand in the order of time, each at: counts from the start of the story")
		return before
	}
	return at
}

// parseAt reads the time of a phase, from the start of the story: +90m, +24h,
// +30d, +1y.
func parseAt(s string) (time.Duration, error) {
	const day = 24 * time.Hour
	digits, plus := strings.CutPrefix(s, "+")
	if plus && len(digits) > 1 {
		unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': day, 'y': 365 * day}[digits[len(digits)-1]]
		n, err := strconv.ParseUint(digits[:len(digits)-1], 10, 32)
		switch {
		case unit == 0 || err != nil:
		case n > uint64(50*365*day/unit):
			return 0, wrong(0, "%s is too far away; write at most +50y", s)
		default:
			return time.Duration(n) * unit, nil
		}
	}
	return 0, wrong(0, "%q is no time of a phase; write a plus, a whole number and one of m h d y: +24h is a day behind the start of the story", clip(s))
}
