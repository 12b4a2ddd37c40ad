package fakedns

import (
	"strings"

	"github.com/miekg/dns"
)

// An index is a Zone as the server asks it: every name that exists, by its
// canonical form, also those that exist only because a name below them does
// (empty non-terminals, RFC 4592 section 2.2.2).
type index map[string]*node

// A node is one existing name.
type node struct {
	zone *authority
	sets []rrset
}

type rrset struct {
	typ uint16
	rrs []dns.RR
}

// An authority is one zone.
type authority struct {
	apex     string
	negative dns.RR // the SOA of denials
	cuts     bool   // the zone delegates
}

func (n *node) set(typ uint16) []dns.RR {
	for i := range n.sets {
		if n.sets[i].typ == typ {
			// No capacity, so that an append copies.
			return n.sets[i].rrs[:len(n.sets[i].rrs):len(n.sets[i].rrs)]
		}
	}
	return nil
}

func (n *node) add(rr dns.RR) {
	for i := range n.sets {
		if n.sets[i].typ == rr.Header().Rrtype {
			n.sets[i].rrs = append(n.sets[i].rrs, rr)
			return
		}
	}
	n.sets = append(n.sets, rrset{rr.Header().Rrtype, []dns.RR{rr}})
}

// newIndex builds the index of a zone text.
func newIndex(z *Zone) index {
	ix := make(index, len(z.records)+len(z.apexes))
	for apex := range z.apexes {
		ix[apex] = &node{zone: &authority{apex: apex}}
	}
	for apex := range z.apexes {
		ix.addParents(apex)
	}
	for _, r := range z.records {
		n := ix[r.name]
		if n == nil {
			ix.addParents(r.name)
			up, ok := parent(r.name)
			if !ok || ix[up] == nil {
				continue // findApexes leaves no record without a zone
			}
			n = &node{zone: ix[up].zone}
			ix[r.name] = n
		}
		n.add(r.rr)
		if r.rr.Header().Rrtype == dns.TypeNS && r.name != n.zone.apex {
			n.zone.cuts = true
		}
	}
	for apex := range z.apexes {
		ix[apex].addAuthority(apex)
	}
	for _, n := range ix {
		for i := range n.sets {
			n.sets[i].rrs = sameTTL(n.sets[i].rrs)
		}
	}
	return ix
}

// addParents makes the names between a name and the zone above it exist.
func (ix index) addParents(name string) {
	var missing []string
	for up, ok := parent(name); ok; up, ok = parent(up) {
		if n := ix[up]; n != nil {
			for _, m := range missing {
				ix[m] = &node{zone: n.zone}
			}
			return
		}
		missing = append(missing, up)
	}
}

// addAuthority gives an apex its SOA, made if the text has none, and derives
// the SOA of denials: its TTL is the time for which a denial may be kept.
func (n *node) addAuthority(apex string) {
	if len(n.set(dns.TypeSOA)) == 0 {
		n.add(&dns.SOA{
			Hdr: dns.RR_Header{Name: apex, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: defaultTTL},
			Ns:  below("ns", apex), Mbox: below("hostmaster", apex),
			Serial: 1, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: 300,
		})
	}
	negative := dns.Copy(n.set(dns.TypeSOA)[0])
	if soa, ok := negative.(*dns.SOA); ok {
		soa.Hdr.Ttl = min(soa.Hdr.Ttl, soa.Minttl) // RFC 2308 section 3
	}
	n.zone.negative = negative
}

// root makes the root zone, of which nothing is served but a denial.
func root() *authority {
	n := &node{zone: &authority{apex: "."}}
	n.addAuthority(".")
	return n.zone
}

// below names a host of a zone, or the zone where the name would be too long.
func below(label, apex string) string {
	name := label + "." + strings.TrimPrefix(apex, ".")
	if _, err := canonical(name); err != nil {
		return apex
	}
	return name
}

// sameTTL gives all records of an RRset its smallest TTL. RFC 2181 section 5.2.
// The records themselves belong to the Zone and are not changed.
func sameTTL(rrs []dns.RR) []dns.RR {
	least, same := rrs[0].Header().Ttl, true
	for _, rr := range rrs {
		same = same && rr.Header().Ttl == least
		least = min(least, rr.Header().Ttl)
	}
	if same {
		return rrs
	}
	out := make([]dns.RR, len(rrs))
	for i, rr := range rrs {
		out[i] = dns.Copy(rr)
		out[i].Header().Ttl = least
	}
	return out
}
