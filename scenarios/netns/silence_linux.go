package netns

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"syscall"
)

// silent takes a port at which nobody ever answers: Linux drops a request for a
// connection while the queue of those that wait to be accepted is full (listen(2);
// the sysctl tcp_abort_on_overflow, by which it would refuse, is off).
func (n *network) silent(at netip.AddrPort) (io.Closer, error) {
	l, err := n.listen(at)
	if err != nil {
		return nil, err
	}
	if err := n.fill(l.(*net.TCPListener)); err != nil {
		l.Close()
		return nil, fmt.Errorf("fill the queue of connections: %w", err)
	}
	return l, nil
}

// fill makes the queue as short as can be, and puts a connection into it, which
// stays there also when it is closed.
func (n *network) fill(l *net.TCPListener) error {
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	var shortened error
	if err := raw.Control(func(fd uintptr) { shortened = syscall.Listen(int(fd), 0) }); err != nil {
		return err
	}
	if shortened != nil {
		return shortened
	}
	knock := func() {
		var c net.Conn
		if c, err = net.Dial("tcp", l.Addr().String()); err == nil {
			err = c.Close()
		}
	}
	if l.Addr().(*net.TCPAddr).IP.IsLoopback() {
		knock()
	} else {
		n.far(knock)
	}
	return err
}
