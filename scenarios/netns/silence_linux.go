package netns

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"syscall"
)

// A silence is a listener that has no room: Linux drops a request for a
// connection while the queue of those that wait to be accepted is full
// (listen(2), and the sysctl tcp_abort_on_overflow, which is off).
type silence struct {
	net.Listener
	waiting []net.Conn
}

// silent takes a port at which nobody ever answers.
func (n *network) silent(at netip.AddrPort) (io.Closer, error) {
	l, err := n.listen(at)
	if err != nil {
		return nil, err
	}
	s := &silence{Listener: l}
	raw, err := l.(*net.TCPListener).SyscallConn()
	if err != nil {
		s.Close()
		return nil, err
	}
	var resized error
	if err := raw.Control(func(fd uintptr) { resized = syscall.Listen(int(fd), 0) }); err != nil || resized != nil {
		s.Close()
		return nil, fmt.Errorf("make room for one connection: %w", resized)
	}
	// A queue of length 0 has room for one.
	fill := func() {
		var c net.Conn
		if c, err = net.Dial("tcp", at.String()); err == nil {
			s.waiting = append(s.waiting, c)
		}
	}
	if at.Addr().IsLoopback() {
		fill()
	} else {
		n.far(fill)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("fill the queue of connections: %w", err)
	}
	return s, nil
}

func (s *silence) Close() error {
	for _, c := range s.waiting {
		c.Close()
	}
	return s.Listener.Close()
}
