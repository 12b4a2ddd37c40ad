package fakemx

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

// maxLine is the longest line in octets that a host takes, its end included.
// RFC 5321 section 4.5.3.1 asks for 512 in commands and 1000 in text.
const maxLine = 2048

// A conn is one connection, from accept to close, served by one goroutine.
type conn struct {
	server *Server
	plan   plan
	wire   *wire
	index  int      // in Server.sessions
	record *Session // guarded by Server.mu
	told   bool     // of its silence
	taken  bool     // a message was, and the 250 that says so is being written
	early  []byte   // what was sent in clear text behind STARTTLS, if it is to be executed
}

func newConn(s *Server, nc net.Conn, record *Session, index int) *conn {
	c := &conn{server: s, plan: s.plan, index: index, record: record}
	c.wire = &wire{Conn: nc, conn: c}
	c.wire.r = bufio.NewReaderSize(ear{c.wire}, maxLine)
	return c
}

func (c *conn) serve() {
	defer c.end()
	switch c.plan.at(atConnect).how {
	case "silent":
		c.silence()
		return
	case "reset":
		c.wire.reset()
		return
	case "close":
		return
	}
	c.wait(c.plan.greeting)
	switch a := c.plan.at(atGreeting); {
	case c.server.Script.blocks != nil:
		c.play()
	case a.code != 0:
		c.refuse(a.code)
	case a.final():
		newDialogue(c, c.wire, nil).fail(a.how)
	case c.talk(c.wire, nil):
		c.startTLS()
	}
}

// garbage is neither SMTP nor TLS.
const garbage = "This is neither SMTP nor TLS.\r\n"

// refuse greets with a refusal. RFC 5321 section 3.1: the server waits for QUIT
// and answers 503 to everything else; section 3.8: after 421 it closes.
func (c *conn) refuse(code int) {
	d := newDialogue(c, c.wire, nil)
	d.say(fmt.Sprintf("%d %s is not taking mail", code, c.server.hostname()))
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
	c.tellSilence()
	io.Copy(io.Discard, c.wire)
}

// tellSilence tells once that nothing more will be said.
func (c *conn) tellSilence() {
	if c.server.Silent != nil && !c.told {
		c.server.Silent(c.wire.RemoteAddr(), c.wire.sent)
	}
	c.told = true
}

// end closes the connection. Closing a socket with unread input resets it, and
// the peer may then lose the last reply or alert; so the sending side is closed
// first, and the rest of the input read.
func (c *conn) end() {
	c.done()
	c.wire.ended = true
	if half, ok := c.wire.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		io.Copy(io.Discard, c.wire)
	}
	c.wire.Close()
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	delete(c.server.open, c.wire.Conn)
	if c.server.Forget {
		c.server.sessions[c.index] = nil
	}
}

// done is the last entry of a record.
func (c *conn) done() {
	if !c.record.Done {
		c.note(func(s *Session) { s.Done = true })
	}
}

// note writes to the record of the session, and tells it.
func (c *conn) note(f func(*Session)) {
	c.server.mu.Lock()
	f(c.record)
	told := *c.record
	c.server.mu.Unlock()
	if c.server.Noted != nil {
		// Lines are only ever added, so those there are can be shared.
		told.Transcript = slices.Clip(told.Transcript)
		c.server.Noted(c.index, told)
	}
}
