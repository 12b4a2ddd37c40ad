package world

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
)

// A Ground is where a world is served to programs that know nothing of it: its
// ports are real sockets, silence and delays take the time that they take, and
// the time is the present. Listen, the two sockets of DNS, and Now are needed.
type Ground struct {
	// Listen opens a TCP port of the scenario: on its own address, or on one that
	// stands for it. A host that refuses every connection opens none.
	Listen func(netip.AddrPort) (net.Listener, error)

	// Silent takes a port at which no request for a connection is ever answered,
	// until it is closed. If nil, or if a host is silent at some attempts only,
	// connections are taken and nothing is said.
	Silent func(netip.AddrPort) (io.Closer, error)

	// DNSListener and DNSPacketConn are where the DNS server answers, by TCP and
	// UDP.
	DNSListener   net.Listener
	DNSPacketConn net.PacketConn

	// Now tells the time.
	Now func() time.Time

	// Keys are those of the world's authorities and hosts: worlds that have them in
	// common are trusted by whoever trusts one of them. If nil, they are its own.
	Keys pki.Option

	// HostDelay and DNSDelay say how long a delay takes that a scenario gives to its
	// MX hosts, or to the answers of its DNS; as long as it says, if nil. Who waits
	// for less than a product does can so be kept waiting in proportion.
	HostDelay, DNSDelay func(time.Duration) time.Duration

	// Asked, Noted, Took and Fetched, if set, are told what happens as it happens,
	// from many goroutines: a query; an entry in the record of a session with a
	// host, where sessions are numbered from 1 through all hosts; a message that a
	// host took; a request by HTTP.
	Asked   func(fakedns.Query)
	Noted   func(host netip.Addr, session int, record fakemx.Session)
	Took    func(host netip.Addr, m fakemx.Message)
	Fetched func(Fetch)
}

// Served makes a world that real clients enter through the sockets of a ground,
// by names that its DNS server resolves for them. Nobody else has the keys, and
// certificates are issued so that the phase of the scenario is now; what New is
// told of the time does not count. All clients are one sender: attempts, shares
// and faults of the first queries are counted for all of them together. The
// world keeps no records, and its own senders have no way in: there is no use
// for Run, Sender, Records, Messages and Fetches. Close closes every socket; if New fails,
// those of DNS are still the caller's.
func Served(g Ground) Option {
	return func(w *World) {
		w.served = &served{Ground: g, numbers: map[sessionOf]int{}}
		w.served.ctx, w.served.cancel = context.WithCancel(context.Background())
		w.net = new(memory)
	}
}

// served is what a served world has beside its hosts.
type served struct {
	Ground
	doors   []io.Closer
	waiting sync.WaitGroup
	ctx     context.Context
	cancel  context.CancelFunc
	retired atomic.Bool

	mu      sync.Mutex
	numbers map[sessionOf]int // of the sessions that are not over
	last    int
}

type sessionOf struct {
	server *fakemx.Server
	index  int
}

// resolve makes a DNS server the one that clients have in resolv.conf.
func (s *served) resolve(dns *fakedns.Server) {
	dns.Listener, dns.PacketConn, dns.Recursive, dns.Asked = s.DNSListener, s.DNSPacketConn, true, s.Asked
	dns.Asker, dns.Silent, dns.Delayed = nil, nil, nil
	if s.DNSDelay != nil {
		dns.Delayed = func(_ net.Addr, d time.Duration) { s.pause(s.DNSDelay(d)) }
	}
}

// pause waits, but not beyond the end of the world.
func (s *served) pause(d time.Duration) {
	over := make(chan struct{})
	timer := time.AfterFunc(d, func() { close(over) })
	defer timer.Stop()
	select {
	case <-over:
	case <-s.ctx.Done():
	}
}

// watch has an MX host tell what happens, and keep nothing.
func (s *served) watch(mx *fakemx.Server, addr netip.Addr) {
	mx.Forget = true
	if s.HostDelay != nil {
		mx.Delayed = func(_ net.Addr, _ int64, d time.Duration) { s.pause(s.HostDelay(d)) }
	}
	if s.Noted != nil {
		mx.Noted = func(i int, record fakemx.Session) { s.Noted(addr, s.number(sessionOf{mx, i}, record.Done), record) }
	}
	if s.Took != nil {
		mx.Took = func(m fakemx.Message) { s.Took(addr, m) }
	}
}

// number gives the number of a session, which ends with its last entry.
func (s *served) number(of sessionOf, last bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.numbers[of]
	if !ok {
		s.last++
		n = s.last
		s.numbers[of] = n
	}
	if last {
		delete(s.numbers, of)
	}
	return n
}

// serve opens the ports of every host.
func (w *World) serve() error {
	s := w.served
	for _, told := range w.Scenario.Hosts {
		for _, port := range w.ports() {
			if err := s.openPort(w.hosts[told.Addr], netip.AddrPortFrom(told.Addr, port)); err != nil {
				return fmt.Errorf("open port %d of the host at %v: %w", port, told.Addr, err)
			}
		}
	}
	for addr, t := range w.sites {
		if err := s.openSite(t, netip.AddrPortFrom(addr, WebPort)); err != nil {
			return fmt.Errorf("open port %d of the web host at %v: %w", WebPort, addr, err)
		}
	}
	return nil
}

// openSite opens the port of a web host.
func (s *served) openSite(t *site, at netip.AddrPort) error {
	switch {
	case t.connect == "refused":
		return nil
	case t.connect == "silent" && s.Silent != nil:
		c, err := s.Silent(at)
		if err != nil {
			return err
		}
		s.doors = append(s.doors, c)
		return nil
	}
	l, err := s.Listen(at)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.run(l)
	return nil
}

func (s *served) openPort(h *host, at netip.AddrPort) error {
	always := func(how string) bool {
		return !slices.ContainsFunc(h.told.Lines(), func(l fakemx.Host) bool { return l.Connect() != how })
	}
	switch {
	case always("refused"):
		return nil
	case always("silent") && s.Silent != nil:
		c, err := s.Silent(at)
		if err != nil {
			return err
		}
		s.doors = append(s.doors, c)
		return nil
	}
	l, err := s.Listen(at)
	if err != nil {
		return err
	}
	s.doors = append(s.doors, l)
	s.waiting.Go(func() { s.receive(h, l) })
	return nil
}

// receive brings clients to the line of the host that they meet.
func (s *served) receive(h *host, l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			if s.ctx.Err() == nil && !s.retired.Load() {
				h.world.fail(fmt.Errorf("accept connections to the host at %v of %s: %w", h.told.Addr, h.world.Scenario.Name, err))
			}
			l.Close() // so that clients are refused instead of waiting for nobody
			return
		}
		_, i := h.meets(h.turn())
		server, err := h.server(i)
		if err != nil || !server.Listener.(*inbox).put(s.ctx, c) {
			// Connected is what a client already is; it cannot be refused any more.
			if tcp, ok := c.(interface{ SetLinger(int) error }); ok {
				tcp.SetLinger(0)
			}
			c.Close()
		}
	}
}

// turn counts a connection, and gives the number of those before it.
func (h *host) turn() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.came++
	return h.came - 1
}

// Retire ends what a served world has but for the sessions with its MX hosts,
// which may come to their end: nobody comes in any more, and nothing is answered
// by its DNS server and its web hosts. It is still to be closed.
func (w *World) Retire() {
	w.served.retired.Store(true)
	for _, d := range w.served.doors {
		d.Close()
	}
	w.dns.Close()
	for _, t := range w.sites {
		t.close()
	}
}

func (s *served) close() {
	s.cancel()
	for _, d := range s.doors {
		d.Close()
	}
	s.waiting.Wait()
}

// ports are those that every host listens at: 25, and those of SMTP routes.
func (w *World) ports() []uint16 {
	all := []uint16{25}
	for _, r := range w.Scenario.Routes {
		if !slices.Contains(all, r.Port) {
			all = append(all, r.Port)
		}
	}
	return all
}
