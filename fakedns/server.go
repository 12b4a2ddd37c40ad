package fakedns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// A Server answers DNS queries by UDP and TCP on one port. The zero Server is
// ready to be started, serves no zone, and refuses everything. The fields are
// set before Start; the methods may be called at any time.
type Server struct {
	// Addr is the address to listen on; "127.0.0.1:0" if empty.
	Addr string

	// Listener and PacketConn are where to serve, by TCP and by UDP: both or
	// neither. The server closes them. If nil, it listens on Addr.
	Listener   net.Listener
	PacketConn net.PacketConn

	// Recursive makes the server what a resolver is to those that have no other:
	// it says that recursion is available, and where an authoritative server
	// leaves it to the client to ask on, other servers or for the target of an
	// alias, it says SERVFAIL, because there is nobody to be asked.
	Recursive bool

	// Asked, if set, is told each query that is kept, before it is answered. It is
	// called from many goroutines.
	Asked func(Query)

	// Silent, if set, is told that a query will not be answered, or not by
	// anything that belongs to it (Timeout, Loss, WrongID, WrongQuestion ...): who asked, and how many octets were sent to that peer before, on
	// the query's connection with TCP's length prefixes, or by UDP to that
	// address since Start. Whoever reads that many can stop waiting. It is
	// called from many goroutines.
	Silent func(peer net.Addr, sent int64)

	// Delayed, if set, is told that an answer is late by d (a Delay fault), just
	// before the answer is sent without a wait. If nil, the server waits.
	Delayed func(peer net.Addr, d time.Duration)

	// Asker, if set, names who asks from an address, such as the sender that
	// opened the socket. Queries are counted for each name by itself, for faults
	// of the first ones only. If nil, all queries are counted together.
	Asker func(peer net.Addr) string

	index   atomic.Pointer[index]
	mishaps atomic.Pointer[mishaps]
	log     queryLog
	traffic traffic
	addr    atomic.Value // string

	mu      sync.Mutex
	started bool
	closed  bool
	udp     *dns.Server
	tcp     *dns.Server
	ctx     context.Context // ends the waits of Delay faults
	cancel  context.CancelFunc
	serving sync.WaitGroup
}

// NewServer returns a running server for a zone text. It is to be closed.
func NewServer(zone string) (*Server, error) {
	z, err := ParseZone(zone, "")
	if err != nil {
		return nil, fmt.Errorf("parse zone: %w", err)
	}
	s := new(Server)
	s.SetZone(z)
	if err := s.Start(); err != nil {
		return nil, err
	}
	return s, nil
}

// SetZone exchanges what is served; nil serves nothing.
func (s *Server) SetZone(z *Zone) {
	ix := index{}
	if z != nil {
		ix = newIndex(z)
	}
	s.index.Store(&ix)
}

// SetFaults exchanges the faults, and begins to count queries anew. A query may
// meet a delay and one other fault; of several that concern it, the last one
// counts.
func (s *Server) SetFaults(faults []Fault) { s.mishaps.Store(newMishaps(faults)) }

// Sent returns the octets that were sent to a UDP peer since Start, or on a
// TCP peer's connection: what Silent tells. They are counted if Silent is set.
func (s *Server) Sent(peer net.Addr) int64 { return s.traffic.sent(peer) }

// Start begins to serve. A server is started once.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started || s.closed {
		return errors.New("start DNS server: it was started or closed before")
	}
	tcp, udp, err := s.sockets()
	if err != nil {
		return fmt.Errorf("start DNS server: %w", err)
	}
	s.index.CompareAndSwap(nil, &index{})
	s.mishaps.CompareAndSwap(nil, new(mishaps))
	s.addr.Store(tcp.Addr().String())
	s.ctx, s.cancel = context.WithCancel(context.Background())
	// A client may think between two queries for as long as it likes.
	const idle = time.Hour
	base := func() *dns.Server {
		return &dns.Server{
			Handler: dns.HandlerFunc(s.answer), UDPSize: udpPayload, MaxTCPQueries: -1,
			ReadTimeout: idle, IdleTimeout: func() time.Duration { return idle },
		}
	}
	s.udp, s.tcp = base(), base()
	s.udp.PacketConn, s.tcp.Listener = udp, listener{tcp, &s.traffic}
	if s.Silent != nil {
		s.udp.DecorateWriter = func(w dns.Writer) dns.Writer { return refusals{w, s} }
	}
	ready := make(chan error, 4)
	for _, srv := range []*dns.Server{s.udp, s.tcp} {
		srv.NotifyStartedFunc = func() { ready <- nil }
		s.serving.Go(func() { ready <- srv.ActivateAndServe() })
	}
	s.started = true
	for range 2 {
		if err := <-ready; err != nil {
			s.stop()
			return fmt.Errorf("start DNS server: %w", err)
		}
	}
	return nil
}

// sockets gives what to serve on.
func (s *Server) sockets() (net.Listener, net.PacketConn, error) {
	switch {
	case s.Listener == nil && s.PacketConn == nil:
		return listen(s.Addr)
	case s.Listener == nil || s.PacketConn == nil:
		return nil, nil, errors.New("one socket is given, for TCP or for UDP; give both or neither")
	}
	return s.Listener, s.PacketConn, nil
}

// listen binds one port for TCP and UDP.
func listen(addr string) (net.Listener, net.PacketConn, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, nil, err
	}
	// The port that TCP was given may be another's UDP port.
	tries := 1
	if port == "0" {
		tries = 32
	}
	for ; ; tries-- {
		tcp, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, nil, err
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		if err == nil {
			return tcp, udp, nil
		}
		_ = tcp.Close()
		if tries <= 1 {
			return nil, nil, err
		}
	}
}

// ListenAddr returns host:port, the same for UDP and TCP; empty before Start.
func (s *Server) ListenAddr() string {
	addr, _ := s.addr.Load().(string)
	return addr
}

// Close ends the server, and returns when nothing of it runs any more. Late
// answers are not sent. It may be called again, but not from Silent or Delayed.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
}

func (s *Server) stop() {
	if s.started && !s.closed {
		s.cancel()
		s.traffic.closeAll()
		_ = s.udp.Shutdown() // their only error is that they do not run
		_ = s.tcp.Shutdown()
		_ = s.udp.PacketConn.Close()
		_ = s.tcp.Listener.Close()
		s.serving.Wait()
	}
	s.closed = true
}

// late tells or waits; it reports whether the answer is still to be sent.
func (s *Server) late(peer net.Addr, d time.Duration) bool {
	if s.Delayed != nil {
		s.Delayed(peer, d)
		return true
	}
	over := make(chan struct{})
	timer := time.AfterFunc(d, func() { close(over) })
	defer timer.Stop()
	select {
	case <-over:
		return true
	case <-s.ctx.Done():
		return false
	}
}
