package world

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/verify"
)

// Now is the time in a world unless it is told another: fixed, so that no
// scenario can rot.
var Now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

// A World is a scenario whose servers run. It must be closed.
type World struct {
	Scenario *scenarios.Scenario
	now      time.Time // of the phase
	lab      *pki.Lab
	certs    map[string]bool // the labels of the scenario's certificates
	dns      *fakedns.Server
	net      network
	hosts    map[netip.Addr]*host
	sites    map[netip.Addr]*site
	listener string                     // the label of the certificate that listeners show; empty until it is needed
	roots    func() []*x509.Certificate // that senders trust
	known    [][]byte                   // certificates that senders know beforehand
	paths    verify.Paths
	shown    *tls.Certificate // by senders, to a host that asks; may be nil
	own      *pki.Certificate // the same
	served   *served          // nil unless real clients come

	naming sync.Once
	names  map[netip.Addr]string

	opening sync.RWMutex // held for reading while a connection has a peer, but no line yet

	mu        sync.Mutex
	lines     map[ends]*line    // open connections
	strays    []string          // addresses that were dialled and do not exist
	peers     map[ends][]string // the senders that opened connections; one may use the ends of another that is done
	senders   int
	fetches   []Fetch
	listeners map[netip.Addr]*host // hosts that do as a listener does, beside those of the scenario
	failure   error
}

// An Option says how a world is made.
type Option func(*World)

// InMemory makes the connections to MX hosts without sockets, so that a world
// may have many thousands of hosts. The DNS server still has its socket.
func InMemory() Option { return func(w *World) { w.net = new(memory) } }

// New starts the world of a scenario. Certificates are issued as of now, to the
// second, and the world's time is as much later as the scenario's phase; the
// zero time is [Now]. MX hosts are started, and certificates issued, when they
// are first asked for. An error means that the scenario cannot be made real.
func New(s *scenarios.Scenario, now time.Time, options ...Option) (*World, error) {
	if now.IsZero() {
		now = Now
	}
	now = now.UTC().Truncate(time.Second) // a certificate knows no less (RFC 5280 section 4.1.2.5)
	w := &World{Scenario: s, net: sockets{},
		certs: make(map[string]bool, len(s.Certs)), hosts: make(map[netip.Addr]*host, len(s.Hosts)),
		sites: map[netip.Addr]*site{}, lines: map[ends]*line{}, peers: map[ends][]string{}}
	for _, o := range options {
		o(w)
	}
	w.lab = pki.NewLab(now)
	if w.served != nil {
		// The phase is now.
		now = w.served.Now().UTC().Truncate(time.Second).Add(-s.At)
		keys := w.served.Keys
		if keys == nil {
			keys = pki.Random()
		}
		w.lab = pki.NewLab(now, keys)
	}
	w.now = now.Add(s.At)
	if err := w.certify(); err != nil {
		return nil, fmt.Errorf("start the world of %s: %w", s.Name, err)
	}
	if err := w.addSites(); err != nil {
		return nil, fmt.Errorf("start the world of %s: %w", s.Name, err)
	}
	// A copy, because other worlds may be made of the scenario at the same time.
	zone := s.Zone.WithoutRecord(-1)
	for _, told := range s.Hosts {
		zone.ServeReverse(told.Addr)
		h, err := w.newHost(told)
		if err != nil {
			return nil, fmt.Errorf("start the host at %v of %s: %w", told.Addr, s.Name, err)
		}
		w.hosts[told.Addr] = h
	}
	w.dns = &fakedns.Server{
		Asker:   w.asker,
		Silent:  func(peer net.Addr, sent int64) { w.silent(w.Resolver(), peer, sent) },
		Delayed: func(peer net.Addr, d time.Duration) { w.delayed(w.Resolver(), peer, d) },
	}
	if w.served != nil {
		w.served.resolve(w.dns)
	}
	w.dns.SetZone(zone)
	w.dns.SetFaults(s.Faults)
	if err := w.dns.Start(); err != nil {
		return nil, fmt.Errorf("start the DNS server of %s: %w", s.Name, err)
	}
	if w.served != nil {
		if err := w.serve(); err != nil {
			w.Close()
			return nil, fmt.Errorf("serve %s: %w", s.Name, err)
		}
	}
	return w, nil
}

// certify enters the certificate lines, and issues none.
func (w *World) certify() error {
	for _, c := range w.Scenario.Certs {
		if err := w.lab.Add(c.Label, c.Spec); err != nil {
			return err
		}
		w.certs[c.Label] = true
	}
	if err := w.lab.Check(); err != nil {
		return err
	}
	return w.equip()
}

// fail keeps the first failure of our own, which no host of the scenario is to
// be blamed for.
func (w *World) fail(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failure == nil {
		w.failure = err
	}
	return err
}

// Err is what went wrong on our own side, if anything did: a server that could
// not be started, a certificate that could not be issued.
func (w *World) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failure
}

// Close ends every server and waits for it. It may be called again.
func (w *World) Close() {
	if w.served != nil {
		w.served.close()
	}
	w.dns.Close()
	for _, h := range w.hosts {
		h.close()
	}
	for _, t := range w.sites {
		t.close()
	}
	w.mu.Lock()
	listeners := slices.Collect(maps.Values(w.listeners))
	w.mu.Unlock()
	for _, h := range listeners {
		h.close()
	}
}

// Known are the certificates, as DER, that senders of this world know beforehand.
func (w *World) Known() [][]byte { return w.known }

// Roots are the authorities that senders of this world trust.
func (w *World) Roots() []*x509.Certificate { return w.roots() }

// Resolver is the host:port of the world's DNS server, which answers by UDP and
// TCP.
func (w *World) Resolver() string { return w.dns.ListenAddr() }

// Queries are the questions that the DNS server was asked so far.
func (w *World) Queries() []fakedns.Query { return w.dns.Queries() }

// A Record is what one host of the world has seen; of one with several lines,
// what was seen under one of them.
type Record struct {
	Addr     netip.Addr
	Sessions []fakemx.Session
	Messages []fakemx.Message
}

// Records gives what the listening hosts have seen so far, of every sender and
// of the probe, in the order of the scenario and of each host's lines. Whose
// messages are among them, see Messages.
func (w *World) Records() []Record {
	var all []Record
	for _, told := range w.Scenario.Hosts {
		all = append(all, w.hosts[told.Addr].records()...)
	}
	return all
}

// Messages are the messages that any host has taken so far, from every sender.
// The probe of Run is one more sender: where a host may fail behind RCPT, by
// data=, dot=, a fault of the transport or a script that answers DATA, the probe
// sends a message too. Its subject is "probe"; that of a delivery by Run is the
// mode.
func (w *World) Messages() []fakemx.Message {
	var all []fakemx.Message
	for _, r := range w.Records() {
		all = append(all, r.Messages...)
	}
	return all
}

// Strays lists what a real sender would have found elsewhere: names that no
// zone of the scenario serves, addresses at which it has no host, and URLs at
// which it serves nothing. A world with strays says nothing about the real
// incident.
func (w *World) Strays() []string {
	w.mu.Lock()
	strays := append([]string(nil), w.strays...)
	w.mu.Unlock()
	for _, q := range w.dns.Queries() {
		if q.Outside {
			strays = append(strays, fmt.Sprintf("the zone says nothing about %s %s, which was asked for", q.Name, q.Type))
		}
	}
	return strays
}
