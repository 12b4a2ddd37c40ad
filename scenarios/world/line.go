package world

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A line is a sender's end of a connection. Deadlines set on it are in the
// sender's time; the socket below has none.
type line struct {
	net.Conn
	sender *Sender
	key    ends
	before int64 // octets that the server had sent to this port when the line was opened

	mu       sync.Mutex
	deadline time.Time
	passed   bool  // the deadline lay in the past when it was set
	read     int64 // octets read
	wrote    int64 // octets written, or about to be
	silent   int64 // octets after which nothing more will come; -1 while the peer may still speak
	waits    []pause
	reading  bool     // a read is under way below
	peer     progress // when the peer last began to wait for more
}

// A progress is how far one end of a connection has come, in octets.
type progress struct{ read, sent int64 }

// A pause comes before the octets behind the first so many.
type pause struct {
	behind int64
	d      time.Duration
}

// past is a deadline that has passed, whatever the clock says.
var past = time.Unix(1, 0)

// open connects to one of the world's servers on behalf of a sender. No silence
// is heard between the connection and its line, so that every silence finds the
// line that it is about, or a connection that is gone.
func (w *World) open(ctx context.Context, s *Sender, network, address string, dial dialer) (net.Conn, error) {
	w.opening.RLock()
	defer w.opening.RUnlock()
	c, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l := &line{Conn: c, sender: s, key: key(address, c.LocalAddr()), silent: -1, peer: progress{-1, -1}}
	if network == "udp" {
		l.before = w.dns.Sent(c.LocalAddr()) // to an earlier line with this port
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines[l.key] = l
	if address != w.Resolver() {
		w.peers[l.key] = append(w.peers[l.key], s.name)
	}
	return l, nil
}

// A dialer is what net.Dialer has as DialContext.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// ends tell connections apart. The sender's alone would not do: a port may serve
// connections to several servers at a time.
type ends struct {
	server  string
	network string
	peer    netip.AddrPort // of a socket
	place   place          // in memory
}

func key(server string, peer net.Addr) ends {
	k := ends{server: server, network: peer.Network()}
	switch p := peer.(type) {
	case interface{ AddrPort() netip.AddrPort }:
		k.peer = netip.AddrPortFrom(p.AddrPort().Addr().Unmap(), p.AddrPort().Port())
	case place:
		k.place = p
	}
	return k
}

// Write writes to the server.
func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	l.wrote += int64(len(p)) // before the server can have read them
	l.mu.Unlock()
	return l.Conn.Write(p)
}

// Close ends the connection.
func (l *line) Close() error {
	w := l.sender.world
	w.mu.Lock()
	if w.lines[l.key] == l {
		delete(w.lines, l.key)
	}
	w.mu.Unlock()
	return l.Conn.Close()
}

// silent is told by a server that it will say nothing more to a peer, after
// the octets that it sent.
func (w *World) silent(server string, peer net.Addr, sent int64) {
	if l := w.line(server, peer); l != nil {
		l.hush(sent - l.before)
	}
}

// asker names the sender that puts a question to the DNS server.
func (w *World) asker(peer net.Addr) string {
	if l := w.line(w.Resolver(), peer); l != nil {
		return l.sender.name
	}
	return ""
}

// timeOf gives the time of the sender at the other end of a connection.
func (w *World) timeOf(server string, peer net.Addr) time.Time {
	if w.served != nil {
		return w.served.Now()
	}
	if l := w.line(server, peer); l != nil {
		return l.sender.Now()
	}
	return w.now
}

// line finds the sender's end of a connection; nil once it was closed.
func (w *World) line(server string, peer net.Addr) *line {
	w.opening.Lock() // whoever is connecting has a line after this
	defer w.opening.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lines[key(server, peer)]
}

// delayed is told by the DNS server that an answer is late. If it comes after
// the deadline it comes too late.
func (w *World) delayed(server string, peer net.Addr, d time.Duration) {
	l := w.line(server, peer)
	if l == nil {
		return
	}
	l.mu.Lock()
	late := !l.deadline.IsZero() && !l.sender.Now().Add(d).Before(l.deadline)
	l.mu.Unlock()
	if late {
		l.hush(0)
		return
	}
	l.sender.WaitUntil(l.sender.Now().Add(d))
}

// late is told by an MX host that what it writes next, behind the octets that
// it sent, comes late. The time passes when it is read.
func (w *World) late(server string, peer net.Addr, sent int64, d time.Duration) {
	if l := w.line(server, peer); l != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.waits = append(l.waits, pause{sent, d})
	}
}

// waiting is told by an MX host that it has answered all that it has read, and
// reads on. If its client waits too, neither will say anything more.
func (w *World) waiting(server string, peer net.Addr, read, sent int64) {
	if l := w.line(server, peer); l != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.peer = progress{read, sent}
		l.wake()
	}
}
