package scenarios

import (
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakemx"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// readHosts reads what stands at each address; a higher layer's host takes the
// place of the one below.
func (r *reader) readHosts() {
	const example = "192.0.2.1: hosted"
	var list []entry
	products := map[string]finding.Product{}
	for _, n := range r.all("hosts") {
		lines := r.addressed(r.entries(n, "hosts:", example))
		r.unsure = r.unsure || lines == nil
		for _, e := range lines {
			if home := r.foreign[e.key]; home != nil && home.used != nil {
				products[e.key.Value] = productOf(home.file)
			}
		}
		list = overlaid(list, lines)
	}
	for _, e := range list {
		addr := netip.MustParseAddr(e.key.Value)
		r.hosts[addr] = e.value
		h, ok := Host{Addr: addr, Product: products[e.key.Value]}, false
		if e.value.Kind == yaml.MappingNode && e.value.Style&yaml.FlowStyle == 0 {
			ok = r.readHost(e.value, &h)
		} else {
			h.Host, ok = r.hostLine(e.value, "a host", example)
		}
		if ok {
			r.sc.Hosts = append(r.sc.Hosts, h)
		}
	}
}

// addressed gives the entries whose keys are addresses, each once, with the key
// in its usual form.
func (r *reader) addressed(list []entry) (good []entry) {
	seen := map[netip.Addr]*yaml.Node{}
	for _, e := range list {
		addr, err := parseAddr(e.key.Value)
		if err != nil {
			r.unsure = true
			r.refuse(e.key, err)
			continue
		}
		if before := seen[addr]; before != nil {
			r.at(e.key, 0, "a host stands at %v already, in line %d; keep one of them", addr, before.Line)
			continue
		}
		seen[addr] = e.value
		key := *e.key
		key.Value = addr.String()
		if home := r.foreign[e.key]; home != nil {
			r.foreign[&key] = home
		}
		good = append(good, entry{&key, e.value})
	}
	return good
}

// hostLine reads one host line.
func (r *reader) hostLine(n *yaml.Node, what, example string) (fakemx.Host, bool) {
	s, ok := r.scalar(n, what, example)
	if !ok {
		return fakemx.Host{}, false
	}
	host, err := fakemx.ParseLine(s)
	if err != nil {
		r.refuse(n, err)
		return fakemx.Host{}, false
	}
	r.labels = append(r.labels, mention{host.Cert, n, host.Words[0].Offset})
	return host, true
}

// parseAddr reads the key of a host.
func parseAddr(s string) (netip.Addr, error) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return netip.Addr{}, wrong(0, "a host answers at every port; write the address alone: %v", ap.Addr())
	}
	addr, err := netip.ParseAddr(s)
	switch {
	case err != nil:
		return netip.Addr{}, wrong(0, "%q is no address; a host stands at an IPv4 or IPv6 address, for example 192.0.2.1 or 2001:db8::1", clip(s))
	case addr.Zone() != "":
		return netip.Addr{}, wrong(len(s)-len(addr.Zone())-1, "an address of the DNS has no zone; write %v", addr.WithZone(""))
	case addr.Is4In6():
		return netip.Addr{}, wrong(0, "this is an IPv4 address; write %v", addr.Unmap())
	}
	return addr, nil
}

// checkHosts looks for a host at each address that a sender comes to, and for
// the hosts that claims name.
func (r *reader) checkHosts() {
	// A mistake in what leads to the hosts would make others here.
	if r.unsure || r.sc.Zone == nil || r.sc.Domain == "" || r.top("routes") != nil && len(r.sc.Routes) != len(r.top("routes").Content) {
		return
	}
	var names []string
	named := map[string]bool{}
	told := map[netip.Addr]bool{}
	for _, h := range r.sc.Hops() {
		if h.Host != "" && !named[h.Host] {
			named[h.Host] = true
			names = append(names, h.Host)
		}
		addr := h.Addr.Addr()
		if !h.Addr.IsValid() || r.hosts[addr] != nil || told[addr] || len(told) > most {
			continue
		}
		told[addr] = true
		n, at := r.leads(h)
		r.at(n, at, "no host stands at %v, to which %s leads; add \"%v: no-tls\" under hosts:, or \"%v: no-tls, connect=refused\"",
			addr, h.Host, addr, addr)
	}
	for _, v := range r.via {
		if named[v.name] {
			continue
		}
		known := r.hint(v.name, names...)
		switch {
		case known != "":
		case len(names) == 0:
			known = "; there is none, so leave it out"
		default:
			known = "; write one of " + strings.Join(names[:min(len(names), 8)], ", ")
		}
		r.at(v.node, v.at, "%q is no host that an MX record or a route leads to%s", clip(v.name), known)
	}
}

// leads finds the line that holds the address of a hop: its record, or the
// route.
func (r *reader) leads(h verify.Hop) (*yaml.Node, int) {
	for i, route := range r.sc.Routes {
		if route.Name == "" && route.Addr == h.Addr.Addr() {
			return r.route[i], 0
		}
	}
	for _, part := range slices.Backward(r.zones) {
		for _, rec := range part.zone.Records() {
			if addr, err := netip.ParseAddr(rec.Data); err == nil && addr == h.Addr.Addr() {
				return part.node, rec.Offset
			}
		}
	}
	return r.zones[len(r.zones)-1].node, 0
}
