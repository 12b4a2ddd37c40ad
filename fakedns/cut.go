package fakedns

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// cut finds the delegation that a name of the zone is at or below: the one
// nearest the apex, and its NS records. RFC 1034 section 4.3.2 step 3b.
func (ix index) cut(name string, zone *authority) (owner string, ns []dns.RR) {
	if !zone.cuts {
		return "", nil
	}
	for ok := true; ok && name != zone.apex; name, ok = parent(name) {
		if n := ix[name]; n != nil {
			if set := n.set(dns.TypeNS); set != nil {
				owner, ns = name, set
			}
		}
	}
	return owner, ns
}

// refer answers with the servers of a delegated zone and their addresses, as
// far as they are known: not authoritative, no answer.
func (ix index) refer(r *reply, ns []dns.RR) {
	if len(r.answer) == 0 {
		r.authoritative = false
	}
	r.ns = ns
	r.extra = ix.additional(ns)
	r.status = "NOERROR"
}

// leadsOn reports whether a reply leaves it to the client to ask on: other servers,
// or for another name.
func (r *reply) leadsOn() bool {
	return r.unfinished || len(r.ns) > 0 && r.ns[0].Header().Rrtype == dns.TypeNS
}

// checkCuts refuses data that a delegation would hide: it could never be
// answered. Glue, the addresses of the servers, may stand there.
func (z *Zone) checkCuts() *SyntaxError {
	delegates := func(r record) bool {
		_, apex := z.apexes[r.name]
		return r.rr.Header().Rrtype == dns.TypeNS && !apex
	}
	if !slices.ContainsFunc(z.records, delegates) {
		return nil
	}
	ix := newIndex(z)
	for _, r := range z.records {
		n := ix[r.name]
		if n == nil || !n.zone.cuts {
			continue
		}
		owner, ns := ix.cut(r.name, n.zone)
		typ := r.rr.Header().Rrtype
		switch {
		case owner == "", owner == r.name && (typ == dns.TypeNS || typ == dns.TypeDS || typ == dns.TypeRRSIG || typ == dns.TypeNSEC):
		case (typ == dns.TypeA || typ == dns.TypeAAAA) && serves(ns, r.name):
		default:
			return syntaxErrorf(r.Offset, "the NS records of %s delegate %s to other servers, so this record is never answered: give %s an SOA record, or delete its NS records",
				display(owner), r.Owner, display(owner))
		}
	}
	return nil
}

// serves reports whether a name is among the servers of NS records.
func serves(ns []dns.RR, name string) bool {
	for _, rr := range ns {
		if rr, ok := rr.(*dns.NS); ok && strings.ToLower(rr.Ns) == name {
			return true
		}
	}
	return false
}
