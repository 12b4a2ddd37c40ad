package fakedns

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// Apexes returns the names of the zones that are served, sorted, in the form
// of Record.Owner. See [ParseZone] on how they are found.
func (z *Zone) Apexes() []string {
	var out []string
	for name := range z.apexes {
		out = append(out, display(name))
	}
	slices.Sort(out)
	return out
}

// ServeReverse adds the reverse zone of an address, the /24 of IPv4 and the
// /64 of IPv6, unless a zone that has its SOA in the text covers it. A PTR
// lookup of addr is then at worst NXDOMAIN. Call it before the zone is given
// to a server: the server takes a snapshot.
func (z *Zone) ServeReverse(addr netip.Addr) {
	if addr.IsValid() {
		z.addApex(reverseApex(addr))
	}
}

// addApex makes name an apex unless an SOA of the text covers it already.
func (z *Zone) addApex(name string) {
	if _, known := z.apexes[name]; !known && !z.hasSOA(name) {
		z.apexes[name] = false
	}
}

// hasSOA reports whether a name is at or below an SOA of the text.
func (z *Zone) hasSOA(name string) bool {
	for ok := true; ok; name, ok = parent(name) {
		if z.apexes[name] {
			return true
		}
	}
	return false
}

func (z *Zone) keptApexes() map[string]bool {
	kept := make(map[string]bool, len(z.apexes))
	for name, soa := range z.apexes {
		kept[name] = soa
	}
	return kept
}

// findApexes fills in the apexes; domain is canonical or empty. It returns
// the error of a record that no zone can be found for.
func (z *Zone) findApexes(domain string) *SyntaxError {
	z.apexes = make(map[string]bool)
	for _, r := range z.records {
		if r.rr.Header().Rrtype == dns.TypeSOA {
			z.apexes[r.name] = true
		}
	}
	if domain != "" {
		z.addApex(domain)
	}
	for _, r := range z.records {
		switch rr := r.rr.(type) {
		case *dns.A:
			if addr, ok := netip.AddrFromSlice(rr.A); ok {
				z.ServeReverse(addr)
			}
		case *dns.AAAA:
			if addr, ok := netip.AddrFromSlice(rr.AAAA); ok {
				z.ServeReverse(addr)
			}
		}
		name := r.name
		if strings.HasPrefix(name, "*.") {
			name, _ = parent(name) // a wildcard is no zone, it stands in one
		}
		switch {
		case z.hasSOA(name) || domain != "" && under(name, domain):
		case under(name, "in-addr.arpa."):
			z.addApex(lastLabels(name, 3+2))
		case under(name, "ip6.arpa."):
			z.addApex(lastLabels(name, 16+2))
		case name == ".":
			return syntaxErrorf(r.Offset, "a record of the root makes every name a name of this zone: add the root's SOA record if that is meant")
		default:
			z.addApex(lastLabels(name, 2))
		}
	}
	return nil
}

// reverseApex names the reverse zone of addr: the last three octets of an
// IPv4 network (RFC 1035 section 3.5), the sixteen nibbles of an IPv6 one (RFC
// 3596 section 2.5). A mapped IPv4 address counts as IPv4.
func reverseApex(addr netip.Addr) string {
	addr = addr.Unmap()
	if addr.Is4() {
		b := addr.As4()
		name := make([]byte, 0, len("255.255.255.in-addr.arpa."))
		for _, octet := range [...]byte{b[2], b[1], b[0]} {
			name = append(strconv.AppendUint(name, uint64(octet), 10), '.')
		}
		return string(append(name, "in-addr.arpa."...))
	}
	if !addr.Is6() {
		return "arpa."
	}
	const hex = "0123456789abcdef"
	b := addr.As16()
	name := make([]byte, 0, 16*2+len("ip6.arpa."))
	for _, octet := range slices.Backward(b[:8]) {
		name = append(name, hex[octet&15], '.', hex[octet>>4], '.')
	}
	return string(append(name, "ip6.arpa."...))
}
