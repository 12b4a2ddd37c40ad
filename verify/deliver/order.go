package deliver

import (
	"net/netip"
	"slices"

	"mxlab/verify"
)

// sixFirst puts the IPv6 addresses of each host first.
func sixFirst(hops []verify.Hop) []verify.Hop {
	hops = slices.Clone(hops)
	for from := 0; from < len(hops); {
		to := from + 1
		for to < len(hops) && hops[to].Host == hops[from].Host && hops[to].Preference == hops[from].Preference {
			to++
		}
		slices.SortStableFunc(hops[from:to], func(a, b verify.Hop) int { return ipv4(a.Addr) - ipv4(b.Addr) })
		from = to
	}
	return hops
}

// ipv4 is 1 for such an address, else 0.
func ipv4(a netip.AddrPort) int {
	if a.Addr().Is4() {
		return 1
	}
	return 0
}

// once leaves out an address that comes a second time.
func once(hops []verify.Hop) []verify.Hop {
	known := map[netip.AddrPort]bool{}
	return slices.DeleteFunc(hops, func(h verify.Hop) bool {
		again := known[h.Addr]
		known[h.Addr] = h.Addr.IsValid()
		return again
	})
}
