package scenarios

import (
	"fmt"
	"slices"
)

// A Change is an overlay that comes while a world is served: what differs, in the
// words of a phase under then:.
type Change struct {
	Name string // in the place of a file's, for messages
	Text []byte
}

// changeKeys lists the keys that a world is made of. Claims are not among them:
// they are about what the file tells.
func changeKeys() []string {
	return []string{"without", "zone", "certs", "hosts", "web", "faults", "routes", "sender"}
}

// With gives the world as its file has it, with changes laid over it, one above
// the other. It has the claims of nobody. The error is [Errors], of which the
// changes have the names.
func (s *Scenario) With(changes ...Change) (*Scenario, error) {
	r, mistakes := s.reread(changes)
	if len(mistakes) > 0 {
		return nil, mistakes.tidy()
	}
	r.sc.story = s.story
	return r.sc, nil
}

// reread reads this world of its story anew, without claims.
func (s *Scenario) reread(changes []Change) (*reader, Errors) {
	c := newCompiler(s.File, s.story.src)
	root := c.frame()
	if root == nil {
		return nil, c.errs
	}
	c.only = s
	var texts []*text
	for i, change := range changes {
		t := newText(change.Name, change.Text)
		t.change = true
		texts = append(texts, t)
		if root := t.frame(); root != nil && len(t.errs) == 0 {
			c.changes = append(c.changes, t.layer(root, fmt.Sprintf("change %d", i+1), changeKeys()))
			c.own(root, t)
		}
	}
	all := Errors{}
	if !slices.ContainsFunc(texts, func(t *text) bool { return len(t.errs) > 0 }) {
		c.compile(root, s.story.Name)
		all = append(all, c.errs...)
	}
	for _, t := range texts {
		all = append(all, t.errs...)
	}
	if len(all) > 0 {
		return nil, all
	}
	r := c.readers[0]
	r.sc.changes = changes
	return r, nil
}
