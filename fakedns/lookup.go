package fakedns

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

const (
	maxChain      = 16  // CNAME records in one answer
	maxAdditional = 256 // records that save the client a question
)

// A reply is what the zones say to a question.
type reply struct {
	rcode         int
	status        string // of Query
	authoritative bool
	outside       bool
	unfinished    bool // the answer ends in an alias, and the client is to ask on
	answer        []dns.RR
	ns            []dns.RR
	extra         []dns.RR
}

// lookup answers a question: RFC 1034 section 4.3.2. asked is the name as it was
// asked, in any case, in the dns package's form.
func (ix index) lookup(asked string, typ uint16) reply {
	r := reply{authoritative: true, status: "NOERROR"}
	owner, name := asked, strings.ToLower(asked)
	var chain []string
	for {
		n := ix[name]
		zone := (*authority)(nil)
		if n != nil {
			zone = n.zone
		} else {
			n, zone = ix.wildcard(name)
		}
		if zone == nil {
			if numeric(name) {
				// No top-level domain is all digits (RFC 3696 section 2), so whoever
				// asks for an address as if it were a name is told that by the root.
				r.deny(root(), dns.RcodeNameError, "NXDOMAIN")
				return r
			}
			if len(r.answer) == 0 {
				return reply{rcode: dns.RcodeRefused, status: "REFUSED", outside: true}
			}
			r.unfinished = true
			return r // the chain leaves our zones: the client goes on
		}
		if at, ns := ix.cut(name, zone); ns != nil && !(typ == dns.TypeDS && at == name) {
			ix.refer(&r, ns) // DS stands above the cut: RFC 4035 section 3.1.4.1
			return r
		}
		if n == nil {
			// RFC 6604 section 3: the RCODE is that of the last name.
			r.deny(zone, dns.RcodeNameError, "NXDOMAIN")
			return r
		}
		set := n.set(typ)
		if typ == dns.TypeANY && len(n.sets) > 0 {
			set = n.sets[0].rrs[:len(n.sets[0].rrs):len(n.sets[0].rrs)] // RFC 8482 section 4.1: one RRset will do
		}
		if set == nil {
			set = n.set(dns.TypeCNAME)
			if set == nil {
				r.deny(zone, dns.RcodeSuccess, "NODATA")
				return r
			}
			r.answer = append(r.answer, named(set, owner)...)
			chain = append(chain, name)
			owner = set[0].(*dns.CNAME).Target
			name = strings.ToLower(owner)
			if len(chain) == maxChain || slices.Contains(chain, name) {
				r.unfinished = true
				return r // a circle is shown once; seeing it is up to the client
			}
			continue
		}
		set = named(set, owner)
		if r.answer == nil {
			r.answer = set
		} else {
			r.answer = append(r.answer, set...)
		}
		r.extra = ix.additional(set)
		return r
	}
}

// deny adds the SOA by which a denial may be kept. RFC 2308 section 3.
func (r *reply) deny(zone *authority, rcode int, status string) {
	r.rcode, r.status = rcode, status
	r.ns = []dns.RR{zone.negative}
}

// denial is the NXDOMAIN for a name, whether or not it exists.
func (ix index) denial(name string) reply {
	r := reply{authoritative: true, rcode: dns.RcodeNameError, status: "NXDOMAIN"}
	n, zone := ix[name], (*authority)(nil)
	if n != nil {
		zone = n.zone
	} else {
		_, zone = ix.wildcard(name)
	}
	if zone != nil {
		r.ns = []dns.RR{zone.negative}
	}
	return r
}

// wildcard finds the zone of a name that does not exist, and the wildcard that
// stands for it. RFC 4592 section 3.3.1: only the one directly below the closest
// encloser is tried.
func (ix index) wildcard(name string) (*node, *authority) {
	for up, ok := parent(name); ok; up, ok = parent(up) {
		if encloser := ix[up]; encloser != nil {
			return ix["*."+strings.TrimPrefix(up, ".")], encloser.zone
		}
	}
	return nil, nil
}

// named gives records the owner that was asked for: its letters' case as it was
// asked (RFC 1035 section 2.3.3 wants case kept), or a wildcard's match.
func named(rrs []dns.RR, owner string) []dns.RR {
	if rrs[0].Header().Name == owner {
		return rrs
	}
	out := make([]dns.RR, len(rrs))
	for i, rr := range rrs {
		out[i] = dns.Copy(rr)
		out[i].Header().Name = owner
	}
	return out
}

// additional gives the addresses that the client will ask for next. RFC 1035
// sections 3.3.9 and 3.3.11, RFC 2782.
func (ix index) additional(rrs []dns.RR) []dns.RR {
	var out []dns.RR
	var seen []string
	for _, rr := range rrs {
		var target string
		switch rr := rr.(type) {
		case *dns.MX:
			target = rr.Mx
		case *dns.NS:
			target = rr.Ns
		case *dns.SRV:
			target = rr.Target
		default:
			return nil
		}
		target = strings.ToLower(target)
		if slices.Contains(seen, target) {
			continue
		}
		seen = append(seen, target)
		if n := ix[target]; n != nil {
			out = append(append(out, n.set(dns.TypeA)...), n.set(dns.TypeAAAA)...)
		}
		if len(out) > maxAdditional || len(seen) > maxAdditional {
			break
		}
	}
	return out[:min(len(out), maxAdditional)]
}
