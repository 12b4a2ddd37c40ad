package world

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// A Sender is one mail server on the sending side: its own way into the world
// and its own clock. Whatever is counted is counted for each sender, so that a
// probe never uses up a delivery's turn.
type Sender struct {
	world *World
	name  string
	mu    sync.Mutex
	now   time.Time
	turns map[netip.Addr]int // the connections so far
}

// Sender makes a new sender.
func (w *World) Sender() *Sender {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.senders++
	return &Sender{world: w, name: fmt.Sprint(w.senders), now: w.now, turns: map[netip.Addr]int{}}
}

// Now is the time for this sender.
func (s *Sender) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// WaitUntil moves the sender's clock forward to a time; never back.
func (s *Sender) WaitUntil(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.After(s.now) {
		s.now = t
	}
}

// turn counts a connection to a host, and gives the number of those before it.
func (s *Sender) turn(addr netip.Addr) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.turns[addr]
	s.turns[addr]++
	return k
}

// connectTimeout is how long a sender waits for a connection that nobody
// answers: what Linux does with its default of six SYN retries.
const connectTimeout = 127 * time.Second

// DialContext connects to an address of the world, or to its resolver. Network
// is "tcp" or "udp".
func (s *Sender) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if s.world.served != nil {
		return nil, fmt.Errorf("dial %s: this world is served, and is entered through its own sockets", address)
	}
	if address == s.world.Resolver() {
		return s.world.open(ctx, s, network, address, new(net.Dialer).DialContext)
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: inside a world only addresses can be dialled: %w", address, err)
	}
	refused := &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	addr := to.Addr().Unmap()
	if web := s.world.sites[addr]; web != nil && to.Port() == WebPort {
		return s.visit(ctx, network, web)
	}
	h := s.world.at(addr)
	switch {
	case h == nil:
		s.world.mu.Lock()
		s.world.strays = append(s.world.strays, fmt.Sprintf("no host stands at %v, which was connected to", to.Addr()))
		s.world.mu.Unlock()
		return nil, refused
	case !s.world.listens(to):
		return nil, refused
	}
	if !s.world.reaches(addr) {
		return nil, unreachable(network)
	}
	line, i := h.meets(s.turn(addr))
	switch line.Connect() {
	case "silent":
		s.WaitUntil(s.Now().Add(connectTimeout))
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
	case "refused":
		return nil, refused
	}
	server, err := h.server(i)
	if err != nil {
		return nil, err
	}
	return s.world.open(ctx, s, network, server.Addr(), s.world.net.dial)
}

// unreachable is the error of an address to which there is no way.
func unreachable(network string) error {
	return &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
}

// listens reports whether a host takes connections on a port: 25, or that of
// an SMTP route.
func (w *World) listens(to netip.AddrPort) bool { return slices.Contains(w.ports(), to.Port()) }
