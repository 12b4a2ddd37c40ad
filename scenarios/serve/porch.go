package serve

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A porch is an address at which connections are taken, whichever world stands
// behind it: they go in by the door that is set.
type porch struct {
	net.Listener
	to      atomic.Pointer[door]
	waiting sync.WaitGroup
}

// open begins to take connections.
func (p *porch) open() { p.waiting.Go(p.receive) }

func (p *porch) receive() {
	for {
		c, err := p.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			// There are too many open files, say. Whoever waits is served later.
			pause(50 * time.Millisecond)
		default:
			p.lead(c)
		}
	}
}

// lead brings a connection in. The door may be closed because another world
// moves in at that moment; behind the last one there is nobody.
func (p *porch) lead(c net.Conn) {
	for d := p.to.Load(); d != nil; {
		if d.put(c) {
			return
		}
		next := p.to.Load()
		if next == d {
			break
		}
		d = next
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		tcp.SetLinger(0) // connected is what it already is; it cannot be refused any more
	}
	c.Close()
}

func (p *porch) close() {
	p.Close()
	p.waiting.Wait()
}

func pause(d time.Duration) {
	over := make(chan struct{})
	time.AfterFunc(d, func() { close(over) })
	<-over
}

// A door is the listener that a world has of a porch.
type door struct {
	addr   net.Addr
	guests func(net.Conn) (net.Conn, bool) // what comes in, or that nobody does any more; nil for anybody as he is
	calls  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func newDoor(p *porch, guests func(net.Conn) (net.Conn, bool)) *door {
	return &door{addr: p.Addr(), guests: guests, calls: make(chan net.Conn), closed: make(chan struct{})}
}

// put gives a connection to whoever accepts, and reports whether somebody did.
func (d *door) put(c net.Conn) bool {
	in := c
	if d.guests != nil {
		var ok bool
		if in, ok = d.guests(c); !ok {
			return false
		}
	}
	select {
	case d.calls <- in:
		return true
	case <-d.closed:
		if g, ok := in.(*guest); ok {
			g.leave()
		}
		return false
	}
}

func (d *door) Accept() (net.Conn, error) {
	select {
	case c := <-d.calls:
		return c, nil
	case <-d.closed:
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: d.addr, Err: net.ErrClosed}
	}
}

func (d *door) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}

func (d *door) Addr() net.Addr { return d.addr }
