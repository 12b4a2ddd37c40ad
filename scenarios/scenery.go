package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readScenery reads the records that nobody looks at. Of what a lower layer
// lists, a higher one may have taken some away.
func (r *reader) readScenery(n *yaml.Node) {
	const example = "www.example.com. A"
	own := r.layers[len(r.layers)-1].keys["scenery"] == n
	if r.sc.Zone == nil {
		return
	}
	held := r.held()
	for _, item := range r.items(n, "scenery:", example) {
		s, ok := r.scalar(item, "scenery", example)
		if !ok || !own && !has(held, s) {
			continue
		}
		if scene, ok := r.rrset(item, s, example, held); ok {
			r.sc.Scenery = append(r.sc.Scenery, scene)
		}
	}
}

// has tells whether OWNER TYPE is held.
func has(held map[string][]string, s string) bool {
	words := split(s)
	return len(words) == 2 && slices.Contains(held[bare(words[0].text)], strings.ToUpper(words[1].text))
}
