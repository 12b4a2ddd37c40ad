package world

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// A network is what the connections to MX hosts run over.
type network interface {
	listen() (net.Listener, error)
	dial(ctx context.Context, network, address string) (net.Conn, error)
}

// sockets are those of the loopback interface.
type sockets struct{}

func (sockets) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	return l, nil
}

func (sockets) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if errors.Is(err, syscall.ECONNRESET) {
		// The host's reset has overtaken the end of connecting. A sender far away
		// would have its connection by then, and lose it.
		near, far := newPipe(place(0), place(0))
		far.Close()
		return near, nil
	}
	return c, err
}

// memory joins pipes. It has as many addresses as anybody asks for, and gives
// none of them out again.
type memory struct {
	last      atomic.Uint64
	listeners sync.Map // *inbox, by address
}

// A place is an address of a memory network.
type place uint64

func (p place) Network() string { return "memory" }
func (p place) String() string  { return fmt.Sprint("memory:", uint64(p)) }

func (m *memory) listen() (net.Listener, error) {
	l := &inbox{of: m, at: place(m.last.Add(1)), calls: make(chan net.Conn), closed: make(chan struct{})}
	m.listeners.Store(l.at.String(), l)
	return l, nil
}

func (m *memory) dial(ctx context.Context, network, address string) (net.Conn, error) {
	refused := &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	found, ok := m.listeners.Load(address)
	if !ok {
		return nil, refused
	}
	l := found.(*inbox)
	near, far := newPipe(place(m.last.Add(1)), l.at)
	if l.put(ctx, far) {
		return near, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	return nil, refused
}

// An inbox is a listener of a memory network.
type inbox struct {
	of     *memory
	at     place
	calls  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// put gives a connection to whoever accepts, and reports whether somebody did.
func (l *inbox) put(ctx context.Context, c net.Conn) bool {
	select {
	case l.calls <- c:
		return true
	case <-l.closed:
	case <-ctx.Done():
	}
	return false
}

func (l *inbox) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "accept", Net: l.at.Network(), Addr: l.at, Err: net.ErrClosed}
	}
}

func (l *inbox) Close() error {
	l.once.Do(func() {
		l.of.listeners.Delete(l.at.String())
		close(l.closed)
	})
	return nil
}

func (l *inbox) Addr() net.Addr { return l.at }
