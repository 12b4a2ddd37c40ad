package scenarios

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// YAML writes this world as a scenario of its own: with what lies over what, and
// what was changed, in one. It has no claims.
func (s *Scenario) YAML() ([]byte, error) {
	r, mistakes := s.reread(s.changes)
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("write %s: %w", s.Name, mistakes.tidy())
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(r.write()); err != nil {
		return nil, fmt.Errorf("write %s: %w", s.Name, err)
	}
	return b.Bytes(), nil
}

// write puts together what was read.
func (r *reader) write() *yaml.Node {
	all := &yaml.Node{Kind: yaml.MappingNode}
	put := func(key string, value *yaml.Node) {
		if len(value.Content) > 0 || value.Value != "" {
			all.Content = append(all.Content, textNode(key), value)
		}
	}
	put("title", textNode(r.sc.Title))
	put("source", textNode(r.sc.Source))
	put("domain", textNode(r.sc.Domain))
	var zone strings.Builder
	for _, rec := range r.sc.Zone.Records() {
		fmt.Fprintf(&zone, "%s. %d IN %s %s\n", strings.TrimSuffix(rec.Owner, "."), rec.TTL, rec.Type, rec.Data)
	}
	put("zone", &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.LiteralStyle, Value: zone.String()})
	lines := func(n int, line func(int) (string, *yaml.Node)) *yaml.Node {
		m := &yaml.Node{Kind: yaml.MappingNode}
		for i := range n {
			key, value := line(i)
			m.Content = append(m.Content, textNode(key), uncommented(value))
		}
		return m
	}
	put("certs", lines(len(r.sc.Certs), func(i int) (string, *yaml.Node) { l := r.sc.Certs[i].Label; return l, r.certs[l] }))
	put("hosts", lines(len(r.sc.Hosts), func(i int) (string, *yaml.Node) { a := r.sc.Hosts[i].Addr; return a.String(), r.hosts[a] }))
	put("web", lines(len(r.sc.Web), func(i int) (string, *yaml.Node) { return r.sc.Web[i].URL, r.web[i] }))
	list := func(items []*yaml.Node) *yaml.Node {
		l := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range items {
			l.Content = append(l.Content, uncommented(item))
		}
		return l
	}
	put("faults", list(r.faults))
	put("routes", list(r.route))
	put("sender", lines(len(r.sending), func(i int) (string, *yaml.Node) { return r.sending[i].key.Value, r.sending[i].value }))
	if r.sc.At > 0 {
		later := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{textNode("phase"), textNode(r.sc.Phase), textNode("at"), textNode(at(r.sc.At))}}
		put("then", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{later}})
	}
	return all
}

func textNode(s string) *yaml.Node {
	n := new(yaml.Node)
	n.SetString(s)
	return n
}

// uncommented gives a node without the comments around it.
func uncommented(n *yaml.Node) *yaml.Node {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	for _, child := range n.Content {
		uncommented(child)
	}
	return n
}

// at writes what parseAt reads.
func at(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0:
		return fmt.Sprintf("+%dd", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("+%dh", d/time.Hour)
	}
	return fmt.Sprintf("+%dm", d/time.Minute)
}
