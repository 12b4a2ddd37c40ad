package netns

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"mxlab/scenarios"
)

// Where the sender and the DNS server are, unless the scenario has somebody
// there. The networks are those of RFC 5737 and RFC 3849.
const (
	sender4 = "198.51.100.25"
	sender6 = "2001:db8:ffff::25"
	dns4    = "198.51.100.53"
	dns6    = "2001:db8:ffff::53"
)

// What the sender is called, as in package world.
const (
	senderName   = "mail.sender.example"
	senderDomain = "sender.example"
)

// A plan says who is where.
type plan struct {
	name   string       // of the machine that sends
	domain string       // whose mail it sends
	sender []netip.Addr // its addresses
	dns    netip.Addr
	hosts  []netip.Addr // the addresses that answer, but for that of dns
}

func newPlan(s *scenarios.Scenario) (plan, error) {
	p := plan{name: cmp.Or(strings.TrimSuffix(s.Sender.EHLO, "."), senderName), domain: cmp.Or(s.Sender.Domain, senderDomain), sender: s.Sender.Addrs}
	if len(p.name) > 64 {
		p.name = senderName // sethostname(2) takes no more
	}
	for _, h := range s.Hosts {
		p.hosts = append(p.hosts, h.Addr)
	}
	for _, res := range s.Web {
		p.hosts = append(p.hosts, res.Addrs...)
	}
	slices.SortFunc(p.hosts, netip.Addr.Compare)
	p.hosts = slices.Compact(p.hosts)
	taken := map[netip.Addr]bool{}
	six := false
	for _, a := range p.hosts {
		if a.IsUnspecified() || a.IsMulticast() || a.IsLinkLocalUnicast() {
			return plan{}, fmt.Errorf("%v is no address at which a host can stand", a)
		}
		taken[a] = true
		six = six || a.Is6()
	}
	for _, a := range p.sender {
		if taken[a] {
			return plan{}, fmt.Errorf("a host stands at %v, which is an address of the sender", a)
		}
	}
	if len(p.sender) == 0 {
		p.sender = append(p.sender, free(sender4, taken))
		if six {
			p.sender = append(p.sender, free(sender6, taken))
		}
	}
	for _, a := range p.sender {
		taken[a] = true
	}
	if p.dns = free(dns6, taken); slices.ContainsFunc(p.sender, netip.Addr.Is4) {
		p.dns = free(dns4, taken)
	}
	return p, nil
}

// free gives an address, or the next one that nobody has.
func free(addr string, taken map[netip.Addr]bool) netip.Addr {
	a := netip.MustParseAddr(addr)
	for taken[a] {
		a = a.Next()
	}
	return a
}

// resolvConf is resolv.conf(5). Without trust-ad the C library hides from its
// callers whether an answer was validated. Time-outs are the defaults.
func (p plan) resolvConf() string {
	return fmt.Sprintf("nameserver %v\noptions trust-ad\n", p.dns)
}

// hostsFile is hosts(5): the sender's own names, and no other.
func (p plan) hostsFile() string {
	var b strings.Builder
	b.WriteString("127.0.0.1 localhost\n::1 localhost ip6-localhost\n")
	short, _, _ := strings.Cut(p.name, ".")
	for _, a := range p.sender {
		fmt.Fprintf(&b, "%v %s %s\n", a, p.name, short)
	}
	return b.String()
}

// answering gives the addresses at the far end. What stands at a loopback address
// the sender finds at home.
func (p plan) answering() []netip.Addr {
	all := slices.Concat(p.hosts, []netip.Addr{p.dns})
	return slices.DeleteFunc(all, netip.Addr.IsLoopback)
}

// source gives the address from which the sender reaches another.
func (p plan) source(to netip.Addr) (netip.Addr, bool) {
	for _, a := range p.sender {
		if a.Is4() == to.Is4() {
			return a, true
		}
	}
	return netip.Addr{}, false
}
