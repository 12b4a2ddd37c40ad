package world

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
)

// Now is the time in a world unless it is told another: fixed, so that no
// scenario can rot.
var Now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

// A World is a scenario whose servers run. It must be closed.
type World struct {
	Scenario *scenarios.Scenario
	now      time.Time
	lab      *pki.Lab
	dns      *fakedns.Server
	hosts    map[netip.Addr]host

	mu      sync.Mutex
	lines   map[string]*line    // open connections, by key
	pending map[string]int64    // silences told before their connection was known
	strays  []string            // addresses that were dialled and do not exist
	peers   map[string][]string // the senders that opened connections, by key; one may be used again after another
	senders int
}

// host is one address of the world.
type host struct {
	connect string         // "" for a host that listens, else "refused" or "silent"
	server  *fakemx.Server // nil for one that does not
}

// New starts the servers of a scenario, at a time, to the second; the zero time
// is [Now]. An error means that the scenario cannot be made real.
func New(s *scenarios.Scenario, now time.Time) (*World, error) {
	if now.IsZero() {
		now = Now
	}
	now = now.UTC().Truncate(time.Second) // a certificate knows no less (RFC 5280 section 4.1.2.5)
	w := &World{Scenario: s, now: now, lab: pki.NewLab(now), hosts: map[netip.Addr]host{},
		lines: map[string]*line{}, pending: map[string]int64{}, peers: map[string][]string{}}
	for _, c := range s.Certs {
		if err := w.lab.Add(c.Label, c.Spec); err != nil {
			return nil, fmt.Errorf("start the world of %s: %w", s.Name, err)
		}
	}
	// A copy, because other worlds may be made of the scenario at the same time.
	zone := s.Zone.WithoutRecord(-1)
	for _, h := range s.Hosts {
		zone.ServeReverse(h.Addr)
	}
	w.dns = &fakedns.Server{
		Silent:  func(peer net.Addr, sent int64) { w.silent(w.Resolver(), peer, sent) },
		Delayed: func(peer net.Addr, d time.Duration) { w.delayed(w.Resolver(), peer, d) },
	}
	w.dns.SetZone(zone)
	w.dns.SetFaults(s.Faults)
	if err := w.dns.Start(); err != nil {
		return nil, fmt.Errorf("start the DNS server of %s: %w", s.Name, err)
	}
	for _, h := range s.Hosts {
		if err := w.startHost(h); err != nil {
			w.Close()
			return nil, fmt.Errorf("start the host at %v of %s: %w", h.Addr, s.Name, err)
		}
	}
	return w, nil
}

// startHost starts one MX host with its certificate.
func (w *World) startHost(h scenarios.Host) error {
	running := host{connect: h.Host.Connect()}
	if running.connect == "" {
		running.server = &fakemx.Server{Hostname: w.hostname(h.Addr), Faults: h.Host.Faults}
		running.server.Silent = func(peer net.Addr, sent int64) { w.silent(running.server.Addr(), peer, sent) }
		if h.Host.Cert != "no-tls" {
			cert, err := w.lab.Issue(h.Host.Cert)
			if err != nil {
				return err
			}
			running.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert.TLS()}}
		}
		if err := running.server.Start(); err != nil {
			return err
		}
	}
	w.hosts[h.Addr] = running
	return nil
}

// hostname is the first name in the zone that has the address; it stands in
// the host's greeting.
func (w *World) hostname(addr netip.Addr) string {
	for _, r := range w.Scenario.Zone.Records() {
		if a, err := netip.ParseAddr(r.Data); err == nil && a == addr {
			return r.Owner
		}
	}
	return ""
}

// Close ends every server and waits for it. It may be called again.
func (w *World) Close() {
	w.dns.Close()
	for _, h := range w.hosts {
		if h.server != nil {
			h.server.Close()
		}
	}
}

// Roots are the authorities that senders of this world trust.
func (w *World) Roots() []*x509.Certificate { return w.lab.Roots() }

// Resolver is the host:port of the world's DNS server, which answers by UDP and
// TCP.
func (w *World) Resolver() string { return w.dns.ListenAddr() }

// Queries are the questions that the DNS server was asked so far.
func (w *World) Queries() []fakedns.Query { return w.dns.Queries() }

// A Record is what one host of the world has seen.
type Record struct {
	Addr     netip.Addr
	Sessions []fakemx.Session
	Messages []fakemx.Message
}

// Records gives what the listening hosts have seen so far, in the order of the
// scenario.
func (w *World) Records() []Record {
	var all []Record
	for _, h := range w.Scenario.Hosts {
		if s := w.hosts[h.Addr].server; s != nil {
			messages := s.Messages() // first: each has its session then, also while others arrive
			all = append(all, Record{h.Addr, s.Sessions(), messages})
		}
	}
	return all
}

// Messages are the messages that any host has taken so far.
func (w *World) Messages() []fakemx.Message {
	var all []fakemx.Message
	for _, r := range w.Records() {
		all = append(all, r.Messages...)
	}
	return all
}

// Strays lists what a real sender would have found elsewhere: names that no
// zone of the scenario serves, and addresses at which it has no host. A world
// with strays says nothing about the real incident.
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
