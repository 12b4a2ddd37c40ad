package fakemx

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// A Server is one MX host on one port. Set its fields before Start.
type Server struct {
	// Hostname stands in the greeting and in the EHLO reply; mx.example if
	// empty.
	Hostname string

	// Greeting is the text behind the 220, a line of the reply for each of its
	// lines; Hello is that of the first line behind the 250 of EHLO. What is
	// empty is made of Hostname.
	Greeting, Hello string

	// TLSConfig is what STARTTLS is answered with. If nil, STARTTLS is not
	// offered, unless a fault offers it only to refuse it.
	TLSConfig *tls.Config

	// Faults are what the host does wrong.
	Faults []Fault

	// Listener is where Start listens; a new one on 127.0.0.1, port 0, if nil.
	Listener net.Listener

	// Silent is told when the host will say nothing more on a connection that
	// stays open: the peer's address, and the number of octets written to it so
	// far. It is called once for such a connection, after the last of these
	// octets was written, and must not call Close. If nil, the silence is left
	// to the peer's own deadline.
	Silent func(peer net.Addr, sent int64)

	// Waiting is told that the host reads on, having answered all that it has
	// read: the peer's address, and the numbers of octets read and written so far.
	// If the peer waits for more at that point, both will wait for ever. If nil,
	// nobody is told.
	Waiting func(peer net.Addr, read, sent int64)

	// Proves tells, in the place of crypto/x509, whether the certificates that a
	// client showed, leaf first, prove the domain of a sender to a host that
	// RejectUnproven makes ask for that.
	Proves func(chain [][]byte, domain string) bool

	// Script is a dialogue that is played instead of SMTP's. Of the faults only those of the connection, the transport and TLS go
	// with it.
	Script Script

	// Delayed is told that what is written next comes late: the peer's address,
	// the number of octets written to it so far, and for how long they are
	// held back. It is called before they are written. If nil, the host really
	// waits.
	Delayed func(peer net.Addr, sent int64, d time.Duration)

	// Noted, if set, is told each entry in the record of a session as it is made,
	// those of one session in order: its index in Sessions, and the record so
	// far, which is not to be changed. Done is the last one. Took is told a message when its 250 was
	// written. Both are called from many goroutines, and must not call Close.
	Noted func(session int, record Session)
	Took  func(Message)

	// Forget keeps no record of what was told: of a session once it is over, of a
	// message once it was taken. A host that serves without end needs it.
	Forget bool

	plan plan
	tls  *tls.Config // TLSConfig under the plan
	wg   sync.WaitGroup
	done chan struct{} // closed by Close

	mu       sync.Mutex
	addr     string
	closed   bool
	err      error
	open     map[net.Conn]struct{}
	sessions []*Session
	messages []Message
}

// NewServer returns a server that is started on loopback, to be closed by the
// caller. Like httptest it panics if that is not possible, or if faults
// contradict each other.
func NewServer(cfg *tls.Config, faults ...Fault) *Server {
	s := &Server{TLSConfig: cfg, Faults: faults}
	if err := s.Start(); err != nil {
		panic(fmt.Sprintf("fakemx: %v", err))
	}
	return s
}

// Start resolves the faults and serves connections until Close. The error names
// the fault that is unknown or contradicts another, or says why the address
// cannot be listened on.
func (s *Server) Start() error {
	p, i, err := resolve(s.Faults, s.TLSConfig != nil)
	if err != nil {
		return fmt.Errorf("fault %d: %w", i+1, err)
	}
	if !printable(s.hostname()) {
		return fmt.Errorf("host name %q is not printable US-ASCII", s.Hostname)
	}
	for _, line := range append(strings.Split(s.Greeting, "\n"), s.Hello) {
		// RFC 5321 section 4.5.3.1.5: 512 octets with the code and the line end.
		if !printable(line) || len(line) > 506 {
			return fmt.Errorf("%.40q cannot stand in a greeting: it is a line of at most 506 octets of printable US-ASCII", line)
		}
	}
	if s.Script.blocks != nil {
		if err := s.Script.suits(p, s.TLSConfig != nil); err != nil {
			return fmt.Errorf("script: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.addr != "" || s.closed {
		return errors.New("start a server that was started or closed before")
	}
	l := s.Listener
	if l == nil {
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return fmt.Errorf("listen on loopback: %w", err)
		}
	}
	s.plan, s.tls = p, p.adapt(s.TLSConfig)
	s.addr, s.Listener, s.open, s.done = l.Addr().String(), l, map[net.Conn]struct{}{}, make(chan struct{})
	if p.at(atConnect).how == "refused" {
		l.Close()
		return nil
	}
	s.wg.Go(func() { s.accept(l) })
	return nil
}

func (s *Server) hostname() string {
	if s.Hostname == "" {
		return "mx.example"
	}
	return s.Hostname
}

// accept takes connections until the listener is closed. A listener that fails
// is closed, so that clients are refused instead of waiting for nobody.
func (s *Server) accept(l net.Listener) {
	for {
		nc, err := l.Accept()
		if err != nil {
			l.Close()
			s.mu.Lock()
			defer s.mu.Unlock()
			if !s.closed {
				s.err = fmt.Errorf("accept on %s: %w", s.addr, err)
			}
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			nc.Close()
			return
		}
		s.open[nc] = struct{}{}
		record := &Session{Peer: nc.RemoteAddr()}
		c := newConn(s, nc, record, len(s.sessions))
		s.sessions = append(s.sessions, record)
		s.wg.Go(c.serve)
		s.mu.Unlock()
	}
}

// Addr returns the address, host and port, or "" before Start.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr
}

// Err returns why the server stopped accepting before Close, or nil.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close stops listening, closes every connection, and returns when nothing of
// the server runs any more. Closing twice does no harm.
func (s *Server) Close() {
	s.mu.Lock()
	if s.addr != "" {
		if !s.closed {
			close(s.done)
		}
		s.Listener.Close()
	}
	s.closed = true
	for nc := range s.open {
		nc.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}
