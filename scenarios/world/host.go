package world

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"mxlab/fakemx"
	"mxlab/scenarios"
)

// A host is one address of the world. For each of its lines it has a server of
// its own, which is started when the first connection meets that line.
type host struct {
	world *World
	told  scenarios.Host

	proves func(chain [][]byte, domain string) bool // see fakemx.Server; may be nil

	mu      sync.Mutex
	servers []*fakemx.Server // nil where nobody came yet
	came    int              // connections so far, where real clients come
	closed  bool
}

// newHost makes sure that the host can be played, and starts nothing.
func (w *World) newHost(told scenarios.Host) (*host, error) {
	h := &host{world: w, told: told}
	for _, line := range told.Lines() {
		for _, label := range h.labels(line) {
			// A line of the scenario was checked with all others; what is none of
			// them has to be issued for that.
			if w.certs[label] {
				continue
			}
			if _, err := w.lab.Issue(label); err != nil {
				return nil, err
			}
		}
	}
	return h, nil
}

// labels names the certificates that a line may show.
func (h *host) labels(line fakemx.Host) []string {
	if line.Cert == noTLS {
		return nil
	}
	labels := append([]string{line.Cert}, h.told.Certs...)
	for _, s := range h.told.SNI {
		labels = append(labels, s.Cert)
	}
	return labels
}

// noTLS stands where a host has no certificate.
const noTLS = "no-tls"

// meets gives the line, and its index, that the k-th connection of a sender
// meets, the first being 0.
func (h *host) meets(k int) (fakemx.Host, int) {
	lines := h.told.Lines()
	switch {
	case len(h.told.Share) > 0:
		k %= len(lines)
	default:
		k = min(k, len(lines)-1)
	}
	return lines[k], k
}

// server gives the running server of a line.
func (h *host) server(i int) (*fakemx.Server, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, net.ErrClosed
	}
	if h.servers == nil {
		h.servers = make([]*fakemx.Server, len(h.told.Lines()))
	}
	if h.servers[i] == nil {
		s, err := h.start(h.told.Lines()[i])
		if err != nil {
			return nil, h.world.fail(fmt.Errorf("start the host at %v of %s: %w", h.told.Addr, h.world.Scenario.Name, err))
		}
		h.servers[i] = s
	}
	return h.servers[i], nil
}

func (h *host) start(line fakemx.Host) (*fakemx.Server, error) {
	l, err := h.world.net.listen()
	if err != nil {
		return nil, err
	}
	s := &fakemx.Server{Hostname: h.world.hostname(h.told.Addr), Greeting: h.told.Greeting, Hello: h.told.Hello, Faults: line.Faults, Listener: l}
	address := l.Addr().String()
	if h.world.served != nil {
		h.world.served.watch(s, h.told.Addr)
	} else {
		s.Silent = func(peer net.Addr, sent int64) { h.world.silent(address, peer, sent) }
		s.Waiting = func(peer net.Addr, read, sent int64) { h.world.waiting(address, peer, read, sent) }
		s.Delayed = func(peer net.Addr, sent int64, d time.Duration) { h.world.late(address, peer, sent, d) }
	}
	s.Proves = h.proves
	if h.told.Script != "" {
		if s.Script, err = fakemx.ParseScript(h.told.Script); err != nil {
			return nil, fmt.Errorf("read its script: %w", err)
		}
	}
	if line.Cert != noTLS {
		s.TLSConfig = &tls.Config{GetCertificate: h.certificates(line, address)}
		if slices.ContainsFunc(line.Faults, verifiesClients) {
			s.TLSConfig.ClientCAs, s.TLSConfig.Time = h.world.clientCAs(), h.world.time
		}
	}
	if err := s.Start(); err != nil {
		l.Close()
		return nil, err
	}
	return s, nil
}

// time is that of the hosts.
func (w *World) time() time.Time {
	if w.served != nil {
		return w.served.Now()
	}
	return w.now
}

// verifiesClients reports whether a word needs to know whom to trust.
func verifiesClients(f fakemx.Fault) bool {
	key, _, _ := strings.Cut(string(f), "=")
	return f == fakemx.ClientCertVerified || f == fakemx.ClientCertVerifiedIfGiven || key == "unproven-sender"
}

// clientCAs are the public authorities, which a host that verifies its clients
// trusts.
func (w *World) clientCAs() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, root := range w.lab.Roots() {
		pool.AddCert(root)
	}
	return pool
}

// certificates chooses what a client is shown: the certificate of the name that
// it sends, or of the host's own the first that its algorithms allow (RFC 8446
// section 4.4.2.2). Each is issued when it is first asked for. An OCSP answer
// that is sent along is as new as the sender's time lets it be.
func (h *host) certificates(line fakemx.Host, address string) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	own := append([]string{line.Cert}, h.told.Certs...)
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		labels := own
		for _, s := range h.told.SNI {
			if s.Name == hello.ServerName {
				labels = []string{s.Cert}
			}
		}
		// A host that has nothing for a name shows what it has (RFC 6066 section 3),
		// so the name takes no part in the choice of the kind of key.
		nameless := *hello
		nameless.ServerName = ""
		var shown *tls.Certificate
		for _, label := range labels {
			made, err := h.world.lab.Issue(label)
			if err != nil {
				return nil, h.world.fail(fmt.Errorf("issue the certificate of the host at %v of %s: %w", h.told.Addr, h.world.Scenario.Name, err))
			}
			cert := made.TLS()
			if cert.OCSPStaple, err = h.world.lab.Staple(label, h.world.timeOf(address, hello.Conn.RemoteAddr())); err != nil {
				return nil, h.world.fail(fmt.Errorf("staple the answer of the host at %v of %s: %w", h.told.Addr, h.world.Scenario.Name, err))
			}
			if shown == nil {
				shown = &cert
			}
			if len(labels) > 1 && nameless.SupportsCertificate(&cert) == nil {
				return &cert, nil
			}
		}
		return shown, nil
	}
}

// records gives what the servers of a host have seen, line by line.
func (h *host) records() []Record {
	servers := h.started()
	var all []Record
	for i, line := range h.told.Lines() {
		r := Record{Addr: h.told.Addr}
		switch {
		case line.Connect() != "":
			continue
		case servers != nil && servers[i] != nil:
			r.Messages = servers[i].Messages() // first: each has its session then, also while others arrive
			r.Sessions = servers[i].Sessions()
		}
		all = append(all, r)
	}
	return all
}

// started gives the servers, one for each line; nil where nobody came yet.
func (h *host) started() []*fakemx.Server {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.servers)
}

// running gives the servers to which somebody came.
func (h *host) running() []*fakemx.Server {
	return slices.DeleteFunc(h.started(), func(s *fakemx.Server) bool { return s == nil })
}

func (h *host) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, s := range h.servers {
		if s != nil {
			s.Close()
		}
	}
}

// hostname is the first name in the zone that has the address; it stands in
// the host's greeting.
func (w *World) hostname(addr netip.Addr) string {
	w.naming.Do(func() {
		w.names = map[netip.Addr]string{}
		for _, r := range w.Scenario.Zone.Records() {
			a, err := netip.ParseAddr(r.Data)
			if _, known := w.names[a]; err == nil && !known {
				w.names[a] = r.Owner
			}
		}
	})
	return w.names[addr]
}
