package serve

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// Options say how a world is served.
type Options struct {
	Now     func() time.Time // tells the time; it is needed
	Witness Witness          // is told what happens; may be nil
	Journal *Journal         // keeps it; may be nil
	Roots   string           // the file that the caller writes the authorities into, for the table
	Control net.Addr         // of the control, for the table; may be nil
	Places  Places           // where to listen; if empty, at 127.0.0.1
}

// A Server serves one world after the other at the same sockets. It must be
// closed.
type Server struct {
	options  Options
	keys     pki.Option // of all its worlds, so that their roots are trusted alike
	dns      *porch
	dnsUDP   *pier
	sessions atomic.Int64
	waiting  sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	porches map[netip.AddrPort]*porch
	stood   map[netip.AddrPort]string // where each port was last
	tenant  *tenant
	retired []*tenant // whose guests have not left yet, the oldest first
	table   Table
	failure error
}

// Start serves the world of a scenario, in which the phase of the scenario is
// now. The error is our own: a socket that cannot be had, a scenario that cannot
// be made real.
func Start(s *scenarios.Scenario, o Options) (*Server, error) {
	if len(o.Places) == 0 {
		o.Places = loopbackOnly()
	}
	tcp, udp, err := dnsSockets(o.Places.dns())
	if err != nil {
		return nil, fmt.Errorf("serve %s: %w", s.Name, err)
	}
	sv := &Server{options: o, keys: pki.Random(), dns: &porch{Listener: tcp}, dnsUDP: &pier{PacketConn: udp},
		porches: map[netip.AddrPort]*porch{}, stood: map[netip.AddrPort]string{}}
	sv.dns.open()
	sv.dnsUDP.open()
	if err := sv.Change(s); err != nil {
		sv.Close()
		return nil, err
	}
	return sv, nil
}

var errClosed = errors.New("it was closed")

// Change lets the world of another scenario move in. Ports that both have stay
// where they are, and sessions that are under way come to their end in the world
// in which they began. With an error everything stays as it was.
func (sv *Server) Change(s *scenarios.Scenario) error {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	if sv.closed {
		return fmt.Errorf("serve %s: %w", s.Name, errClosed)
	}
	m := move{server: sv, to: newTenant(sv.options.Journal), table: newTable(s), added: map[netip.AddrPort]*porch{}}
	if err := m.build(s); err != nil {
		m.undo()
		return fmt.Errorf("serve %s: %w", s.Name, err)
	}
	m.swap()
	return nil
}

// retire waits for the guests of a tenant, and closes its world. sv.mu is held.
func (sv *Server) retire(t *tenant) {
	// An idle guest must not keep every world of a long day.
	const most = 16
	sv.retired = append(sv.retired, t)
	for _, old := range sv.retired[:max(0, len(sv.retired)-most)] {
		old.world.Close()
	}
	sv.waiting.Go(func() {
		<-t.empty
		t.world.Close()
		sv.mu.Lock()
		defer sv.mu.Unlock()
		sv.failed(t)
		sv.retired = slices.DeleteFunc(sv.retired, func(other *tenant) bool { return other == t })
	})
}

// failed keeps the first failure. sv.mu is held.
func (sv *Server) failed(t *tenant) {
	if sv.failure == nil {
		sv.failure = t.world.Err()
	}
}

// dnsSockets opens a port for TCP and UDP.
func dnsSockets(at netip.AddrPort) (net.Listener, net.PacketConn, error) {
	tries := 32 // the port that TCP was given may be another's UDP port
	if at.Port() != 0 {
		tries = 1
	}
	for try := 1; ; try++ {
		tcp, err := net.Listen("tcp", at.String())
		if err != nil {
			return nil, nil, fmt.Errorf("listen for DNS: %w", err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		if err == nil {
			return tcp, udp, nil
		}
		tcp.Close()
		if try == tries {
			return nil, nil, fmt.Errorf("listen for DNS: %w", err)
		}
	}
}

// Table tells where the world stands.
func (sv *Server) Table() Table {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	return sv.table
}

// Roots are the authorities that senders of the scenario trust.
func (sv *Server) Roots() []*x509.Certificate {
	sv.mu.Lock()
	w := sv.tenant.world
	sv.mu.Unlock()
	return w.Roots()
}

// Err is what went wrong on our own side while worlds were served, if anything
// did.
func (sv *Server) Err() error {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	for _, t := range append(slices.Clone(sv.retired), sv.tenant) {
		if t != nil {
			sv.failed(t)
		}
	}
	return sv.failure
}

// Close ends every session and every server, and waits for them.
func (sv *Server) Close() {
	sv.mu.Lock()
	worlds := slices.Clone(sv.retired)
	if sv.tenant != nil && !sv.closed {
		worlds = append(worlds, sv.tenant)
	}
	sv.closed = true
	porches := sv.porches
	sv.porches = nil
	sv.mu.Unlock()
	for _, t := range worlds {
		t.world.Close()
	}
	for _, p := range porches {
		p.close()
	}
	sv.dns.close()
	sv.dnsUDP.close()
	sv.waiting.Wait()
}

// witness has a ground tell what happens.
func (sv *Server) witness(g *world.Ground, t *tenant) {
	var told []Witness
	if sv.options.Journal != nil {
		told = append(told, sv.options.Journal)
	}
	if sv.options.Witness != nil {
		told = append(told, sv.options.Witness)
	}
	g.Asked = func(q fakedns.Query) {
		for _, w := range told {
			w.Asked(q)
		}
	}
	g.Noted = func(host netip.Addr, session int, record fakemx.Session) {
		n := t.number(session, record.Done, func() int { return int(sv.sessions.Add(1)) })
		for _, w := range told {
			w.Noted(host, n, record)
		}
	}
	g.Took = func(host netip.Addr, m fakemx.Message) {
		for _, w := range told {
			w.Took(host, m)
		}
	}
	g.Fetched = func(f world.Fetch) {
		for _, w := range told {
			w.Fetched(f)
		}
	}
}
