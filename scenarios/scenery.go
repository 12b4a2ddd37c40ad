package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readScenery reads the records that nobody looks at.
func (r *reader) readScenery(n *yaml.Node) {
	const example = "www.example.com. A"
	var owners []string
	held := map[string][]string{} // the types of each owner's records
	if r.sc.Zone != nil {
		for _, rec := range r.sc.Zone.Records() {
			owners = append(owners, rec.Owner)
			held[rec.Owner] = append(held[rec.Owner], rec.Type)
		}
	}
	for _, item := range r.items(n, "scenery:", example) {
		s, ok := r.scalar(item, "scenery", example)
		if !ok {
			continue
		}
		words := split(s)
		if len(words) != 2 {
			r.refuse(item, wrong(0, "scenery is an owner and a type; write it like this: %q", example))
			continue
		}
		if r.sc.Zone == nil {
			continue
		}
		scene := Scenery{bare(words[0].text), strings.ToUpper(words[1].text)}
		types := held[scene.Owner]
		switch {
		case len(types) == 0:
			r.refuse(item, wrong(words[0].offset, "the zone has no record of %s%s", clip(scene.Owner), r.hint(scene.Owner, owners...)))
		case !slices.Contains(types, scene.Type):
			r.refuse(item, wrong(words[1].offset, "the zone has no %s record of %s, but %s", clip(scene.Type), scene.Owner, strings.Join(types, ", ")))
		default:
			r.sc.Scenery = append(r.sc.Scenery, scene)
		}
	}
}
