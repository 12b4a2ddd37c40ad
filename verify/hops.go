package verify

import (
	"net/netip"
	"slices"
	"strings"
)

// NextHops derives from the lookups the hosts that may take the message, one
// hop for each address, in the order in which they are tried: RFC 5321 section
// 5.1, or the SMTP routes where the sender has some. Hosts of equal preference
// stay in the order of the answer, and A comes before AAAA. What is not looked
// up yet is returned as needs; the hops are then incomplete.
//
// Where the RFCs leave a choice, it is this. An MX record that names an alias,
// against RFC 2181 section 10.3, is followed, and Host is the name in the
// record. An address that several MX names share is one hop for each of them,
// because a policy may know one name and not the other. If the lookup of one
// address family fails, the addresses of the other are tried. An address in
// an MX record is a name, which does not exist.
func (ev Evidence) NextHops() ([]Hop, []Need) {
	if len(ev.Routes) > 0 {
		return ev.routeHops()
	}
	return ev.mxHops(ev.Domain)
}

// routeHops follows the SMTP routes. Several route names that lead to one
// address share one hop, because the sender connects there once.
func (ev Evidence) routeHops() (hops []Hop, needs []Need) {
	routes := slices.Clone(ev.Routes)
	slices.SortStableFunc(routes, func(a, b Route) int { return a.Priority - b.Priority })
	seen := map[netip.AddrPort]int{}
	for _, r := range routes {
		port := r.Port
		if port == 0 {
			port = 25
		}
		leads := []Hop{{Host: r.Addr.String(), Addr: netip.AddrPortFrom(r.Addr, port)}}
		if r.Name != "" {
			// AsyncOS user guide 15.5.1: the MX of the route's name is asked for first.
			var n []Need
			leads, n = ev.mxHops(r.Name)
			needs = append(needs, n...)
		}
		for _, h := range leads {
			h.Preference, h.Implicit = r.Priority, false
			if r.Name != "" {
				h.Routes = []string{r.Name}
			}
			if h.Addr.IsValid() {
				h.Addr = netip.AddrPortFrom(h.Addr.Addr(), port)
				if i, ok := seen[h.Addr]; ok {
					hops[i].Routes = append(hops[i].Routes, h.Routes...)
					continue
				}
				seen[h.Addr] = len(hops)
			}
			hops = append(hops, h)
		}
	}
	return hops, needs
}

// mxHops finds the mail exchangers of a name and their addresses.
func (ev Evidence) mxHops(name string) ([]Hop, []Need) {
	mx, needs := ev.Ask(name, "MX")
	switch {
	case needs != nil:
		return nil, needs
	case mx.Status == NXDomain:
		return []Hop{{Fault: HopNXDomain}}, nil
	case mx.Status.Soft():
		return []Hop{{Fault: HopLookup}}, nil
	case len(mx.MX) == 0:
		// RFC 5321 section 5.1: without any MX record the name is its own exchanger.
		return ev.addressHops(Hop{Host: name, Implicit: true})
	}
	var hops []Hop
	visits := map[netip.AddrPort]int{}
	null := true
	for _, r := range byPreference(mx.MX) {
		// RFC 7505 section 3: the root is no host. Beside other records, which
		// the RFC forbids, it is for the policy to say what it means.
		if r.Host == "." {
			hops = append(hops, Hop{Host: r.Host, Preference: int(r.Preference), Fault: HopNullMX})
			continue
		}
		null = false
		h, n := ev.addressHops(Hop{Host: r.Host, Preference: int(r.Preference)})
		for i := range h {
			if h[i].Addr.IsValid() {
				h[i].Visit = visits[h[i].Addr]
				visits[h[i].Addr]++
			}
		}
		hops, needs = append(hops, h...), append(needs, n...)
	}
	if null {
		return []Hop{{Fault: HopNullMX}}, nil
	}
	return hops, needs
}

// byPreference sorts records, lower preference first; equal ones stay in order.
func byPreference(records []MX) []MX {
	if len(records) < 2 {
		return records
	}
	records = slices.Clone(records)
	slices.SortStableFunc(records, func(a, b MX) int { return int(a.Preference) - int(b.Preference) })
	return records
}

// addressHops makes one hop for each address of a host.
func (ev Evidence) addressHops(h Hop) ([]Hop, []Need) {
	a, needs := ev.Ask(h.Host, "A")
	aaaa, more := ev.Ask(h.Host, "AAAA")
	if needs = append(needs, more...); len(needs) > 0 {
		return nil, needs
	}
	var hops []Hop
	for _, addr := range slices.Concat(a.Addrs, aaaa.Addrs) {
		h.Addr = netip.AddrPortFrom(addr, 25)
		hops = append(hops, h)
	}
	if len(hops) > 0 {
		return hops, nil
	}
	switch {
	case a.Status.Soft() || aaaa.Status.Soft():
		h.Fault = HopLookup
	case a.Status == NXDomain:
		h.Fault = HopNXDomain
	default:
		h.Fault = HopNoAddress
	}
	return []Hop{h}, nil
}

// Reverse gives the names that addr's PTR records hold, and for each whether
// it is forward-confirmed: its own address records hold addr. The status is
// that of the PTR lookup.
func (ev Evidence) Reverse(addr netip.Addr) (Status, []ReverseEntry, []Need) {
	ptr, needs := ev.Ask(ReverseName(addr), "PTR")
	if needs != nil {
		return "", nil, needs
	}
	var entries []ReverseEntry
	for _, name := range ptr.Names {
		fwd, n := ev.Ask(name, AddressType(addr))
		needs = append(needs, n...)
		entries = append(entries, ReverseEntry{Name: name, Forward: fwd.Status, Confirmed: slices.Contains(fwd.Addrs, addr.Unmap())})
	}
	return ptr.Status, entries, needs
}

// A ReverseEntry is one PTR name of an address.
type ReverseEntry struct {
	Name      string
	Forward   Status // of the lookup of the name's own addresses
	Confirmed bool   // A(PTR(address)) holds the address
}

// MXNames gives the domain's own MX names, lower preference first, whatever
// routes the sender has. A domain without MX is its own exchanger.
func (ev Evidence) MXNames() (Status, []string, []Need) {
	mx, needs := ev.Ask(ev.Domain, "MX")
	switch {
	case needs != nil:
		return "", nil, needs
	case mx.Status == NoData:
		return NoError, []string{ev.Domain}, nil
	}
	var names []string
	for _, r := range byPreference(mx.MX) {
		if name := strings.TrimSuffix(r.Host, "."); name != "" {
			names = append(names, name)
		}
	}
	return mx.Status, names, nil
}
