package serve

import (
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A pier is to datagrams what a porch is to connections.
type pier struct {
	net.PacketConn
	to      atomic.Pointer[berth]
	waiting sync.WaitGroup
}

// open begins to take datagrams.
func (p *pier) open() { p.waiting.Go(p.receive) }

func (p *pier) receive() {
	buf := make([]byte, 1<<16)
	for {
		n, from, err := p.ReadFrom(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // one that could not be delivered to a client, on some systems
		default:
			p.lead(datagram{slices.Clone(buf[:n]), from})
		}
	}
}

func (p *pier) lead(d datagram) {
	for b := p.to.Load(); b != nil; {
		select {
		case b.in <- d:
			return
		case <-b.closed:
		}
		next := p.to.Load()
		if next == b {
			return
		}
		b = next
	}
}

func (p *pier) close() {
	p.Close()
	p.waiting.Wait()
}

type datagram struct {
	data []byte
	from net.Addr
}

// A berth is the socket that a world has of a pier.
type berth struct {
	pier   *pier
	in     chan datagram
	once   sync.Once
	closed chan struct{}
}

func newBerth(p *pier) *berth {
	return &berth{pier: p, in: make(chan datagram), closed: make(chan struct{})}
}

func (b *berth) ReadFrom(p []byte) (int, net.Addr, error) {
	select {
	case d := <-b.in:
		return copy(p, d.data), d.from, nil
	case <-b.closed:
		return 0, nil, &net.OpError{Op: "read", Net: "udp", Addr: b.LocalAddr(), Err: net.ErrClosed}
	}
}

// WriteTo sends a late answer too: whoever asked still waits at the same socket.
func (b *berth) WriteTo(p []byte, to net.Addr) (int, error) { return b.pier.WriteTo(p, to) }

func (b *berth) LocalAddr() net.Addr { return b.pier.LocalAddr() }

func (b *berth) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}

// SetReadDeadline knows the deadlines of a server that ends, which lie in the far
// past. Others do not matter to who reads again.
func (b *berth) SetReadDeadline(t time.Time) error {
	if !t.IsZero() && t.Before(time.Unix(2, 0)) {
		b.Close()
	}
	return nil
}

func (b *berth) SetWriteDeadline(time.Time) error { return nil }

func (b *berth) SetDeadline(t time.Time) error { return b.SetReadDeadline(t) }
