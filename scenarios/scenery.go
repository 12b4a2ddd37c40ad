package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakedns"
)

// readScenery reads the records that nobody looks at. Of what a lower layer
// lists, a higher one may have taken some away.
func (r *reader) readScenery(n *yaml.Node) {
	const example = "www.example.com. A"
	own := r.layers[len(r.layers)-1].keys["scenery"] == n
	for _, item := range r.items(n, "scenery:", example) {
		s, ok := r.scalar(item, "scenery", example)
		if !ok || r.sc.Zone == nil {
			continue
		}
		if !own && !r.has(s) {
			continue
		}
		if scene, ok := r.rrset(item, s, example); ok {
			r.sc.Scenery = append(r.sc.Scenery, scene)
		}
	}
}

// has tells whether the zone has records of OWNER TYPE.
func (r *reader) has(s string) bool {
	words := split(s)
	return len(words) == 2 && slices.ContainsFunc(r.sc.Zone.Records(), func(rec fakedns.Record) bool {
		return rec.Owner == bare(words[0].text) && strings.EqualFold(rec.Type, words[1].text)
	})
}
