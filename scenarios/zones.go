package scenarios

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakedns"
)

// A zonePart is the zone text of one layer.
type zonePart struct {
	node *yaml.Node
	zone *fakedns.Zone
}

// A zoneText is a text under zone:, read for a domain.
type zoneText struct {
	node   *yaml.Node
	domain string
}

// readZones lays the zones of the layers over each other: an RRset stands in
// the place of that of its owner and type, and what a layer is without goes
// first. With a mistake the scenario has no zone.
func (r *reader) readZones() {
	whole := true
	for _, l := range r.layers {
		if n := l.keys["without"]; n != nil && r.sc.Zone != nil {
			r.readWithout(n)
		} else if n != nil && whole {
			r.at(n, 0, "without: takes records from the layers below, and there are none")
		}
		n := l.keys["zone"]
		if n == nil {
			continue
		}
		zone := r.readZone(n)
		if zone != nil && r.sc.Zone != nil && whole {
			merged, err := r.sc.Zone.Overlay(zone, r.sc.Domain)
			if err != nil {
				r.refuse(n, err)
			}
			zone = merged
		}
		whole = whole && zone != nil
		r.sc.Zone = zone
	}
	if !whole {
		r.sc.Zone = nil
	}
}

func (r *reader) readZone(n *yaml.Node) *fakedns.Zone {
	s, ok := r.scalar(n, "zone:", "zone: |")
	if !ok {
		return nil
	}
	if folded := n.Style&yaml.FoldedStyle != 0 || n.Style == 0 && !strings.HasPrefix(r.tail(n), n.Value); folded {
		r.at(n, 0, "YAML would join the lines of this text to one; write \"zone: |\" and the records below it, indented")
		return nil
	}
	of := zoneText{n, r.sc.Domain}
	zone, known := r.parsed[of]
	if !known {
		var mistakes []*fakedns.SyntaxError
		zone, mistakes = fakedns.ParseZoneAll(s, r.sc.Domain)
		for _, err := range mistakes {
			r.refuse(n, indented(s, err))
		}
		r.parsed[of] = zone
	}
	if zone != nil {
		r.zones = append(r.zones, zonePart{n, zone})
	}
	return zone
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

// maxWithout is how many RRsets a layer may take away: the zone is gone
// through for each.
const maxWithout = 100

// readWithout deletes RRsets of the layers below.
func (r *reader) readWithout(n *yaml.Node) {
	const example = "mx02.example.com. A"
	held := r.held()
	for i, item := range r.items(n, "without:", example) {
		if i == maxWithout {
			r.at(item, 0, "without: takes at most %d RRsets away; write the zone that is left into a file of its own", maxWithout)
			return
		}
		s, ok := r.scalar(item, "without", example)
		if !ok {
			continue
		}
		if set, ok := r.rrset(item, s, example, held); ok {
			r.sc.Zone = r.sc.Zone.Without(set.Owner, set.Type)
		}
	}
}

// held gives the types of each owner's records.
func (r *reader) held() map[string][]string {
	held := map[string][]string{}
	for _, rec := range r.sc.Zone.Records() {
		if !slices.Contains(held[rec.Owner], rec.Type) {
			held[rec.Owner] = append(held[rec.Owner], rec.Type)
		}
	}
	return held
}

// rrset reads OWNER TYPE, which must be held.
func (r *reader) rrset(item *yaml.Node, s, example string, held map[string][]string) (Scenery, bool) {
	words := split(s)
	if len(words) != 2 {
		r.refuse(item, wrong(0, "this is an owner and a type; write it like this: %q", example))
		return Scenery{}, false
	}
	set := Scenery{bare(words[0].text), strings.ToUpper(words[1].text)}
	types := held[set.Owner]
	switch {
	case len(types) == 0 && len(r.errs) >= most:
		r.refuse(item, wrong(words[0].offset, "the zone has no record of %s", clip(set.Owner)))
	case len(types) == 0:
		r.refuse(item, wrong(words[0].offset, "the zone has no record of %s%s", clip(set.Owner), r.hint(set.Owner, slices.Sorted(maps.Keys(held))...)))
	case !slices.Contains(types, set.Type):
		r.refuse(item, wrong(words[1].offset, "the zone has no %s record of %s, but %s", clip(set.Type), set.Owner, strings.Join(types, ", ")))
	default:
		return set, true
	}
	return Scenery{}, false
}
