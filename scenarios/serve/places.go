package serve

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Places are the addresses at which worlds are served. One address is for all
// hosts, each port of which stands at a port of its own there. Several are for
// as many hosts, which have the ports of the scenario: a host whose own address
// is among them has that one, and the others have what is left, in the order of
// the scenario; the DNS server is at port 53 of the first.
type Places []netip.Addr

// ParsePlaces reads addresses with commas between them. Beyond loopback others
// can reach what is served, which has to be meant.
func ParsePlaces(text string, beyondLoopback bool) (Places, error) {
	var all Places
	for s := range strings.SplitSeq(text, ",") {
		a, err := netip.ParseAddr(strings.TrimSpace(s))
		switch {
		case err != nil:
			return nil, fmt.Errorf("listen on %q: it is no address; write addresses of this machine with commas between them: 127.0.0.1 or 192.0.2.1,192.0.2.2", s)
		case a.IsUnspecified():
			return nil, fmt.Errorf("listen on %v: it stands for every address of this machine, of which a client has to be told one; write those that are meant", a)
		case slices.Contains(all, a.Unmap()):
			return nil, fmt.Errorf("listen on %v: it stands there twice", a)
		case !a.Unmap().IsLoopback() && !beyondLoopback:
			return nil, fmt.Errorf("listen on %v: other machines can reach it, and what is served is faulty by design; if it is meant so, for a lab network, say --beyond-loopback too", a)
		}
		all = append(all, a.Unmap())
	}
	return all, nil
}

// loopbackOnly is where worlds are served unless it is said otherwise.
func loopbackOnly() Places { return Places{netip.AddrFrom4([4]byte{127, 0, 0, 1})} }

// dns is where the DNS server is to stand; port 0 is any.
func (p Places) dns() netip.AddrPort {
	if len(p) == 1 {
		return netip.AddrPortFrom(p[0], 0)
	}
	return netip.AddrPortFrom(p[0], 53)
}

// plan says where each port of a scenario is to stand.
func (p Places) plan(ports []Port) (func(netip.AddrPort) netip.AddrPort, error) {
	if len(p) == 1 {
		return func(netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(p[0], 0) }, nil
	}
	var hosts []netip.Addr
	for _, port := range ports {
		if a := port.Address.Addr(); !slices.Contains(hosts, a) {
			hosts = append(hosts, a)
		}
	}
	if len(hosts) > len(p) {
		return nil, fmt.Errorf("there are %d hosts, and %d addresses to listen on; give as many as there are hosts, or one for all", len(hosts), len(p))
	}
	to := map[netip.Addr]netip.Addr{}
	left := slices.Clone(p)
	for _, h := range hosts {
		if i := slices.Index(left, h); i >= 0 {
			to[h], left = h, slices.Delete(left, i, i+1)
		}
	}
	for _, h := range hosts {
		if !to[h].IsValid() {
			to[h], left = left[0], left[1:]
		}
	}
	return func(at netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(to[at.Addr()], at.Port()) }, nil
}
