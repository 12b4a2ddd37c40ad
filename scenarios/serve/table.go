package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify/finding"
)

// A Table says where a world that is served stands. It is written as JSON; field
// names stay as they are, and new ones may come.
type Table struct {
	Scenario string `json:"scenario"` // as scenarios.Find takes it
	Domain   string `json:"domain"`   // the recipient's
	DNS      string `json:"dns"`      // host:port of the DNS server, by UDP and TCP
	Roots    string `json:"roots"`    // the file with the authorities to trust, in PEM; empty if there is none
	Control  string `json:"control"`  // the URL of the control; empty if there is none
	Hops     []Hop  `json:"hops"`     // where the domain's mail goes, in the order in which senders try them
	Ports    []Port `json:"ports"`    // in the order of the scenario
}

// A Port is one port of one MX host or web host.
type Port struct {
	Names   []string       `json:"names"`   // that have the address in the zone
	Address netip.AddrPort `json:"address"` // in the scenario
	At      string         `json:"at"`      // host:port on loopback; empty where every connection is refused
	Host    string         `json:"host"`    // the line of the scenario, the first of several; of a web host with its URL

	Product finding.Product `json:"product"` // what stands there, where the scenario says so; else empty
}

// A Hop is an address of a host that the domain's mail goes to.
type Hop struct {
	Name    string         `json:"name"` // of the MX record or the SMTP route; of a route to an address, the address
	Address netip.AddrPort `json:"address"`
	At      string         `json:"at"` // as of a port
}

// newTable lists the ports of a scenario, of which none is open yet.
func newTable(s *scenarios.Scenario) Table {
	t := Table{Scenario: s.Path(), Domain: s.Domain, Hops: []Hop{}, Ports: []Port{}}
	for _, h := range s.Hops() {
		if h.Addr.IsValid() {
			t.Hops = append(t.Hops, Hop{Name: h.Host, Address: h.Addr})
		}
	}
	ports := []uint16{25}
	for _, r := range s.Routes {
		if r.Port != 0 && !slices.Contains(ports, r.Port) {
			ports = append(ports, r.Port)
		}
	}
	for _, h := range s.Hosts {
		for _, port := range ports {
			t.Ports = append(t.Ports, Port{Names: named(s, h.Addr), Address: netip.AddrPortFrom(h.Addr, port), Host: h.Host.String(), Product: h.Product})
		}
	}
	known := map[netip.Addr]bool{}
	for _, res := range s.Web {
		for _, a := range res.Addrs {
			if !known[a] {
				known[a] = true
				t.Ports = append(t.Ports, Port{Names: named(s, a), Address: netip.AddrPortFrom(a, world.WebPort), Host: res.URL + ": " + res.Text})
			}
		}
	}
	return t
}

// named gives the names that have an address in the zone.
func named(s *scenarios.Scenario, addr netip.Addr) []string {
	names := []string{}
	for _, r := range s.Zone.Records() {
		if a, err := netip.ParseAddr(r.Data); err == nil && a.Unmap() == addr && !slices.Contains(names, r.Owner) {
			names = append(names, r.Owner)
		}
	}
	return names
}

// stands notes where a port is.
func (t *Table) stands(at netip.AddrPort, where string) {
	for i := range t.Hops {
		if t.Hops[i].Address == at {
			t.Hops[i].At = where
		}
	}
	for i := range t.Ports {
		if t.Ports[i].Address == at {
			t.Ports[i].At = where
			return
		}
	}
	t.Ports = append(t.Ports, Port{Names: []string{}, Address: at, At: where})
}

// Products tells what stands at the hosts of which the scenario says so.
func (t Table) Products() map[netip.Addr]finding.Product {
	all := map[netip.Addr]finding.Product{}
	for _, p := range t.Ports {
		if p.Product != finding.UnknownProduct {
			all[p.Address.Addr()] = p.Product
		}
	}
	return all
}

// Write writes the table as JSON.
func (t Table) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(t); err != nil {
		return fmt.Errorf("write the table of %s: %w", t.Scenario, err)
	}
	return nil
}

// maxTable bounds what is read of a table.
const maxTable = 64 << 20

var errTable = errors.New("it has no DNS server; name a file that mxlab serve wrote")

// ReadTable reads a table that was written as JSON.
func ReadTable(r io.Reader) (Table, error) {
	var t Table
	if err := json.NewDecoder(io.LimitReader(r, maxTable)).Decode(&t); err != nil {
		return Table{}, fmt.Errorf("read the table: %w", err)
	}
	if t.DNS == "" {
		return Table{}, fmt.Errorf("read the table: %w", errTable)
	}
	return t, nil
}

// Dial connects to an address of the scenario through where it stands, and to
// the DNS server as it is. What the table does not have is refused, as nobody
// would be there.
func (t Table) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if address != t.DNS {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return nil, fmt.Errorf("dial %s: only addresses of the table can be dialled: %w", address, err)
		}
		address = ""
		for _, p := range t.Ports {
			if p.Address == netip.AddrPortFrom(to.Addr().Unmap(), to.Port()) {
				address = p.At
			}
		}
		if address == "" {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}
