package fakedns

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/miekg/dns"
)

// traffic counts the octets sent to each peer, and knows the open TCP
// connections, so that Close can end them.
type traffic struct {
	mu     sync.Mutex
	udp    map[netip.AddrPort]int64
	conns  map[netip.AddrPort]*conn
	closed bool
}

// sent returns the octets sent to a peer: on its TCP connection, with the length
// prefixes, or by UDP.
func (t *traffic) sent(peer net.Addr) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, tcp := peer.(*net.TCPAddr); tcp {
		if c := t.conns[addrPort(peer)]; c != nil {
			return c.sent.Load()
		}
		return 0
	}
	return t.udp[addrPort(peer)]
}

// maxPeers bounds the memory for peers, whose addresses UDP lets them forge. It
// is more than one host has ports; later peers are not counted.
const maxPeers = 1 << 17

// udpSent counts octets to a UDP peer; TCP connections count for themselves.
func (t *traffic) udpSent(peer net.Addr, octets int) {
	if _, udp := peer.(*net.UDPAddr); !udp {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.udp == nil {
		t.udp = make(map[netip.AddrPort]int64)
	}
	from := addrPort(peer)
	if _, known := t.udp[from]; !known && len(t.udp) == maxPeers {
		return
	}
	t.udp[from] += int64(octets)
}

// refusals counts what the dns package answers by itself: FORMERR and NOTIMP,
// by UDP.
type refusals struct {
	dns.Writer
	server *Server
}

func (w refusals) Write(b []byte) (int, error) {
	if rw, ok := w.Writer.(dns.ResponseWriter); ok {
		w.server.traffic.udpSent(rw.RemoteAddr(), len(b))
	}
	return w.Writer.Write(b)
}

// reset makes the end of a TCP peer's connection a reset, which is what the
// peer would see of a firewall.
func (t *traffic) reset(peer net.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.conns[addrPort(peer)]; c != nil {
		if tcp, ok := c.Conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // without it the end is an orderly one
		}
	}
}

// closeAll ends all TCP connections, and those still to be accepted.
func (t *traffic) closeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, c := range t.conns {
		_ = c.Conn.Close()
	}
}

// A listener makes its connections known.
type listener struct {
	net.Listener
	traffic *traffic
}

func (l listener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: nc, traffic: l.traffic}
	l.traffic.mu.Lock()
	defer l.traffic.mu.Unlock()
	if l.traffic.closed {
		_ = nc.Close()
		return c, nil // its first read fails
	}
	if l.traffic.conns == nil {
		l.traffic.conns = make(map[netip.AddrPort]*conn)
	}
	l.traffic.conns[addrPort(nc.RemoteAddr())] = c
	return c, nil
}

// A conn counts what is written to it.
type conn struct {
	net.Conn
	traffic *traffic
	sent    atomic.Int64
}

func (c *conn) Write(b []byte) (int, error) {
	c.sent.Add(int64(len(b)))
	return c.Conn.Write(b)
}

func (c *conn) Close() error {
	peer := addrPort(c.RemoteAddr())
	c.traffic.mu.Lock()
	if c.traffic.conns[peer] == c { // the port may be in use again
		delete(c.traffic.conns, peer)
	}
	c.traffic.mu.Unlock()
	return c.Conn.Close()
}
