package fakemx

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
)

// maxLine is the longest line in octets that a host takes, its end included.
// RFC 5321 section 4.5.3.1 asks for 512 in commands and 1000 in text.
const maxLine = 2048

// A wire is the socket: it counts what is written, and is read through one
// buffer, so that a ClientHello that came together with STARTTLS is not lost.
type wire struct {
	net.Conn
	r    *bufio.Reader
	sent int64 // octets written
}

func (w *wire) Read(p []byte) (int, error) { return w.r.Read(p) }

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.sent += int64(n)
	return n, err
}

// A conn is one connection, from accept to close, served by one goroutine.
type conn struct {
	server *Server
	plan   plan
	wire   *wire
	index  int      // in Server.sessions
	record *Session // guarded by Server.mu
}

func newConn(s *Server, nc net.Conn, record *Session, index int) *conn {
	w := &wire{Conn: nc, r: bufio.NewReaderSize(nc, maxLine)}
	return &conn{server: s, plan: s.plan, wire: w, index: index, record: record}
}

func (c *conn) serve() {
	defer c.end()
	switch {
	case c.plan.mute, c.plan.connect == "silent":
		c.silence()
	case c.plan.greeting != 0:
		c.refuse()
	case c.talk(c.wire, nil):
		c.startTLS()
	}
}

// refuse greets with a refusal. RFC 5321 section 3.1: the server waits for QUIT
// and answers 503 to everything else; section 3.8: after 421 it closes.
func (c *conn) refuse() {
	d := newDialogue(c, c.wire, nil)
	d.say(fmt.Sprintf("%d %s is not taking mail", c.plan.greeting, c.server.hostname()))
	for !d.over {
		line, ok := d.command()
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch {
		case !ok:
		case verb == "QUIT":
			d.say("221 2.0.0 Bye")
			return
		default:
			d.say("503 5.5.1 No mail is taken here, send QUIT")
		}
	}
}

// silence says nothing more until the peer, or Server.Close, ends it.
func (c *conn) silence() {
	if c.server.Silent != nil {
		c.server.Silent(c.wire.RemoteAddr(), c.wire.sent)
	}
	io.Copy(io.Discard, c.wire)
}

// end closes the connection. Closing a socket with unread input resets it, and
// the peer may then lose the last reply or alert; so the sending side is closed
// first, and the rest of the input read.
func (c *conn) end() {
	c.note(func(s *Session) { s.Done = true })
	if half, ok := c.wire.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		io.Copy(io.Discard, c.wire)
	}
	c.wire.Close()
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	delete(c.server.open, c.wire.Conn)
}

// note writes to the record of the session.
func (c *conn) note(f func(*Session)) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	f(c.record)
}
