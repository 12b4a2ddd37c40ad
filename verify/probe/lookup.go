package probe

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"mxlab/verify"
)

// What is taken of the DNS at most.
const (
	QueryTries = 2   // how often a question without answer is asked
	MaxRecords = 100 // records of an answer; further ones are left out
	MaxCNAMEs  = 16  // steps of a CNAME chain; a longer one is held to be a circle
)

// Lookup asks the resolver one question, with recursion desired: over UDP with
// EDNS0, and over TCP if the answer is truncated. CNAMEs are followed inside
// the answer, and asked for where the answer breaks off (RFC 1034 section
// 5.2.2). A question that cannot stand in a DNS message is Malformed. No answer
// at all, whatever the cause, is TimeOut.
//
// The RFCs leave open how long a chain of CNAMEs may be; as with BIND it is
// MaxCNAMEs. The case of letters is not looked at (RFC 1035 section 2.3.3), nor
// is the AA bit, which a resolver does not set.
func (c *Client) Lookup(ctx context.Context, q verify.Question) verify.Answer {
	a, err := c.lookup(ctx, q)
	if err != nil {
		a.Status = verify.TimeOut
	}
	return a
}

// lookup is Lookup; the error tells that our own side could not ask.
func (c *Client) lookup(ctx context.Context, q verify.Question) (verify.Answer, error) {
	var a verify.Answer
	typ, ok := recordTypes()[q.Type]
	name := dns.CanonicalName(q.Name)
	if _, valid := dns.IsDomainName(name); !ok || !valid || q.Name == "" {
		a.Status = verify.Malformed
		return a, nil
	}
	for {
		m, status, err := c.ask(ctx, dns.Question{Name: name, Qtype: typ, Qclass: dns.ClassINET}, &a)
		if err != nil {
			return a, fmt.Errorf("look up %s of %s: %w", q.Type, q.Name, err)
		}
		if m == nil {
			a.Status = status
			return a, nil
		}
		name, a.Status = follow(&a, m, dns.CanonicalName(q.Name), name, typ)
		if a.Status != "" {
			return a, nil
		}
	}
}

// recordTypes are the types that an Answer has room for.
func recordTypes() map[string]uint16 {
	return map[string]uint16{"MX": dns.TypeMX, "A": dns.TypeA, "AAAA": dns.TypeAAAA, "PTR": dns.TypePTR}
}

// follow takes the records of owner from a message into a, along the CNAMEs. An
// empty status says that the chain, which began at start, has to be asked on
// for the name returned.
func follow(a *verify.Answer, m *dns.Msg, start, owner string, typ uint16) (next string, s verify.Status) {
	asked := owner
	for {
		target := collect(a, m, owner, typ)
		switch {
		case target == "" && (len(a.MX) > 0 || len(a.Addrs) > 0 || len(a.Names) > 0):
			return owner, verify.NoError
		case target == "" && m.Rcode == dns.RcodeSuccess && owner != asked && !denied(m, owner):
			return owner, ""
		case target == "":
			return owner, status(m)
		}
		// RFC 1034 section 3.6.2: a loop is an error.
		if target == start || slices.Contains(a.CNAMEs, text(target)) || len(a.CNAMEs) == MaxCNAMEs {
			return owner, verify.Malformed
		}
		a.CNAMEs = append(a.CNAMEs, text(target))
		owner = target
	}
}

// collect takes the records of one owner, and gives the target of its CNAME if
// there is one instead.
func collect(a *verify.Answer, m *dns.Msg, owner string, typ uint16) (target string) {
	found := false
	for _, rr := range m.Answer {
		h := rr.Header()
		if h.Class != dns.ClassINET || dns.CanonicalName(h.Name) != owner {
			continue
		}
		if cname, ok := rr.(*dns.CNAME); ok {
			target = dns.CanonicalName(cname.Target)
		}
		// An RCODE other than success contradicts the records beside it.
		if h.Rrtype != typ || m.Rcode != dns.RcodeSuccess || len(a.MX)+len(a.Addrs)+len(a.Names) == MaxRecords {
			continue
		}
		switch rr := rr.(type) {
		case *dns.MX:
			a.MX = append(a.MX, verify.MX{Preference: rr.Preference, Host: text(rr.Mx)})
		case *dns.PTR:
			a.Names = append(a.Names, text(rr.Ptr))
		case *dns.A:
			if addr, ok := netip.AddrFromSlice(rr.A); ok {
				a.Addrs = append(a.Addrs, addr.Unmap())
			}
		case *dns.AAAA:
			if addr, ok := netip.AddrFromSlice(rr.AAAA); ok {
				a.Addrs = append(a.Addrs, addr)
			}
		default:
			continue
		}
		found = true
	}
	if found {
		return ""
	}
	return target
}

// denied reports whether the message itself says that owner has no such record:
// RFC 2308 section 2.2, the SOA of its zone is in the authority section.
func denied(m *dns.Msg, owner string) bool {
	return slices.ContainsFunc(m.Ns, func(rr dns.RR) bool {
		_, ok := rr.(*dns.SOA)
		return ok && dns.IsSubDomain(rr.Header().Name, owner)
	})
}

// status gives the word for a message without the records asked for. RFC 2308
// section 2.1: with CNAMEs the RCODE speaks of the last target.
func status(m *dns.Msg) verify.Status {
	switch m.Rcode {
	case dns.RcodeSuccess:
		if refers(m) {
			return verify.Referral
		}
		return verify.NoData
	case dns.RcodeNameError:
		return verify.NXDomain
	case dns.RcodeRefused:
		return verify.RefusedQ
	case dns.RcodeServerFailure:
		return verify.ServFail
	case dns.RcodeBadVers:
		return "BADVERS" // the dns package knows 16 by its other name
	}
	if name := dns.RcodeToString[m.Rcode]; name != "" {
		return verify.Status(name)
	}
	return verify.Status("RCODE" + strconv.Itoa(m.Rcode))
}

// refers reports whether a message names other servers instead of answering:
// RFC 2308 section 2.2, NS records in the authority section, and no SOA.
func refers(m *dns.Msg) bool {
	ns := false
	for _, rr := range m.Ns {
		switch rr.(type) {
		case *dns.SOA:
			return false
		case *dns.NS:
			ns = true
		}
	}
	return ns
}

// text writes a name as verify does: in lower case, without the trailing dot.
func text(name string) string {
	name = dns.CanonicalName(name)
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}
