package serve

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// A move is one world on its way in. The server's mu is held all the time.
type move struct {
	server *Server
	to     *tenant
	table  Table
	added  map[netip.AddrPort]*porch
	places func(netip.AddrPort) netip.AddrPort
}

// build starts the world, to which nobody comes yet.
func (m *move) build(s *scenarios.Scenario) error {
	sv := m.server
	m.to.names, m.to.asked = newDoor(sv.dns, nil), newBerth(sv.dnsUDP)
	m.table.DNS, m.table.Roots = sv.dns.Addr().String(), sv.options.Roots
	if sv.options.Control != nil {
		m.table.Control = "http://" + sv.options.Control.String()
	}
	ground := world.Ground{Listen: m.listen, DNSListener: m.to.names, DNSPacketConn: m.to.asked, Now: sv.options.Now, Keys: sv.keys}
	sv.witness(&ground, m.to)
	var err error
	if m.places, err = sv.options.Places.plan(m.table.Ports); err != nil {
		return err
	}
	m.to.world, err = world.New(s, time.Time{}, world.Served(ground))
	return err
}

// listen gives the world its door at a port of the scenario.
func (m *move) listen(at netip.AddrPort) (net.Listener, error) {
	p := m.server.porches[at]
	if p == nil {
		l, err := m.place(at)
		if err != nil {
			return nil, err
		}
		p = &porch{Listener: l}
		m.added[at] = p
	}
	d := newDoor(p, func(c net.Conn) (net.Conn, bool) { return m.to.enter(at, c) })
	m.to.doors[at] = d
	m.table.stands(at, p.Addr().String())
	return d, nil
}

// place opens a port where it was before, if it can be had there.
func (m *move) place(at netip.AddrPort) (net.Listener, error) {
	if before := m.server.stood[at]; before != "" {
		if l, err := net.Listen("tcp", before); err == nil {
			return l, nil
		}
	}
	l, err := net.Listen("tcp", m.places(at).String())
	if err != nil {
		return nil, fmt.Errorf("listen for %v: %w", at, err)
	}
	return l, nil
}

// undo leaves everything as it was.
func (m *move) undo() {
	for _, p := range m.added {
		p.Close()
	}
}

// swap opens the doors. Who comes from now on comes to the new world.
func (m *move) swap() {
	sv := m.server
	var gone []*porch
	for at, p := range m.added {
		sv.porches[at] = p
		p.to.Store(m.to.doors[at])
		p.open()
	}
	for at, p := range sv.porches {
		sv.stood[at] = p.Addr().String()
		if d := m.to.doors[at]; d != nil {
			p.to.Store(d)
			continue
		}
		delete(sv.porches, at)
		p.to.Store(nil)
		gone = append(gone, p)
	}
	sv.dns.to.Store(m.to.names)
	sv.dnsUDP.to.Store(m.to.asked)
	old := sv.tenant
	sv.tenant, sv.table = m.to, m.table
	if old != nil {
		old.leave()
		sv.retire(old)
	}
	for _, p := range gone {
		p.close()
	}
}
