package scenarios

import (
	"net/netip"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakemx"
	"mxlab/verify"
)

// readHosts reads the host lines.
func (r *reader) readHosts(n *yaml.Node) {
	const example = "192.0.2.1: hosted"
	list := r.entries(n, "hosts:", example)
	r.unsure = r.unsure || list == nil
	for _, e := range list {
		addr, err := parseAddr(e.key.Value)
		if err != nil {
			r.unsure = true
			r.refuse(e.key, err)
			continue
		}
		if before := r.hosts[addr]; before != nil {
			r.at(e.key, 0, "a host stands at %v already, in line %d; keep one of them", addr, before.Line)
			continue
		}
		r.hosts[addr] = e.value
		if e.value.Kind == yaml.MappingNode && e.value.Style&yaml.FlowStyle == 0 {
			r.at(e.value, 0, "a host with keys of its own is not supported yet; write it as one line: %q", example)
			continue
		}
		s, ok := r.scalar(e.value, "a host", example)
		if !ok {
			continue
		}
		host, err := fakemx.ParseLine(s)
		if err != nil {
			r.refuse(e.value, err)
			continue
		}
		r.sc.Hosts = append(r.sc.Hosts, Host{Addr: addr, Host: host})
	}
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
	if r.unsure || r.sc.Zone == nil || r.sc.Domain == "" || r.given["routes"] != nil && len(r.sc.Routes) != len(r.given["routes"].Content) {
		return
	}
	var names []string
	named := map[string]bool{}
	told := map[netip.Addr]bool{}
	for _, h := range r.sc.hops() {
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
		if named[v.host] {
			continue
		}
		known := r.hint(v.host, names...)
		switch {
		case known != "":
		case len(names) == 0:
			known = "; there is none, so leave via out"
		default:
			known = "; write one of " + strings.Join(names[:min(len(names), 8)], ", ")
		}
		r.at(v.node, v.at, "%q is no host that an MX record or a route leads to%s", clip(v.host), known)
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
	for _, rec := range r.sc.Zone.Records() {
		if addr, err := netip.ParseAddr(rec.Data); err == nil && addr == h.Addr.Addr() {
			return r.zone, rec.Offset
		}
	}
	return r.zone, 0
}
