package fakemx

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"strings"

	"github.com/emersion/go-smtp"
)

// maxCommands is how many commands a host takes on one connection.
const maxCommands = 1000

// maxMessage is the largest message in octets, as the keyword SIZE says.
const maxMessage = 1 << 20

// A dialogue is what go-smtp takes for its connection: SMTP in clear text, or
// inside TLS. go-smtp is given one command at a time and its replies are edited
// on their way out, so what is read and said here is all there is; go-smtp
// never learns of TLS. All methods are called by one goroutine.
type dialogue struct {
	net.Conn
	r        *bufio.Reader
	conn     *conn
	tls      *tls.ConnectionState // nil in clear text
	closed   chan struct{}        // closed by Close
	commands int
	verb     string // of the last command; "" before the first
	arg      string
	extended bool   // EHLO was accepted
	data     bool   // the text of a message is being read
	pending  []byte // what go-smtp has not yet taken of a line
	reply    reply  // what go-smtp has written of a reply
	over     bool   // nothing more is said or read
	upgrade  bool   // STARTTLS was answered with 220

	transaction *transaction // of go-smtp; nil before EHLO
}

func newDialogue(c *conn, nc net.Conn, state *tls.ConnectionState) *dialogue {
	d := &dialogue{Conn: nc, r: c.wire.r, conn: c, tls: state, closed: make(chan struct{})}
	if state != nil {
		d.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(c.early), nc), maxLine)
	}
	return d
}

// talk runs a dialogue to its end, and reports whether it ended in STARTTLS.
func (c *conn) talk(nc net.Conn, state *tls.ConnectionState) bool {
	d := newDialogue(c, nc, state)
	s := smtp.NewServer(&backend{d})
	s.Domain = c.server.hostname()
	s.MaxMessageBytes = maxMessage
	s.MaxLineLength = 0 // the dialogue's own limit is stricter
	s.ErrorLog = log.New(io.Discard, "", 0)
	s.Serve(&single{d: d})
	// Shutdown, not Close: it waits for go-smtp's goroutine.
	s.Shutdown(context.Background())
	return d.upgrade
}

// A single is the listener of one dialogue: its second Accept waits for the end.
type single struct {
	d     *dialogue
	given bool
}

func (l *single) Accept() (net.Conn, error) {
	if !l.given {
		l.given = true
		return l.d, nil
	}
	<-l.d.closed
	return nil, net.ErrClosed
}

func (l *single) Addr() net.Addr { return l.d.LocalAddr() }
func (l *single) Close() error   { return nil }

// Close tells that go-smtp is done: it closes behind QUIT, and then reads on to
// see the end. The socket is the conn's to close.
func (d *dialogue) Close() error {
	d.over = true
	select {
	case <-d.closed:
	default:
		close(d.closed)
	}
	return nil
}

// Read gives go-smtp a line of a message, or the next command that it is to
// answer. go-smtp asks for it when everything before has been answered.
func (d *dialogue) Read(p []byte) (int, error) {
	for len(d.pending) == 0 {
		if d.over {
			return 0, io.EOF
		}
		if d.data {
			d.pending, _ = d.readLine()
		} else if line, ok := d.command(); ok {
			d.pending = d.dispatch(line)
		}
	}
	n := copy(p, d.pending)
	d.pending = d.pending[n:]
	return n, nil
}

// readLine returns a line with its end, valid until the next call. It returns
// false, with the dialogue over, if there is none or it is too long.
func (d *dialogue) readLine() ([]byte, bool) {
	line, err := d.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		d.say("500 5.5.2 Line too long, closing the connection")
	}
	if err != nil {
		d.over = true
		return nil, false
	}
	return line, true
}

// command returns the next command line without its end. It returns false if
// there is none, or if it was refused.
func (d *dialogue) command() (string, bool) {
	raw, ok := d.readLine()
	if !ok {
		return "", false
	}
	line := string(bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r")))
	d.note(true, line)
	if d.commands++; d.commands > maxCommands {
		d.say("421 4.7.0 Too many commands, closing the connection")
		return "", false
	}
	// RFC 5321 section 2.3.8: CR and LF stand together, as a line end, only.
	// Section 2.4: without SMTPUTF8 commands are US-ASCII.
	if !bytes.HasSuffix(raw, []byte("\r\n")) || !printable(line) {
		d.say("500 5.5.2 A command is printable US-ASCII and ends in CR LF")
		return "", false
	}
	return line, true
}

// dispatch answers a command, or returns the line for go-smtp to answer.
func (d *dialogue) dispatch(line string) []byte {
	verb, arg, _ := strings.Cut(line, " ")
	d.verb, d.arg = strings.ToUpper(verb), strings.TrimSpace(arg)
	if code := d.conn.plan.at(requiresSTARTTLS).code; code != 0 && d.tls == nil && !beforeTLS(d.verb) {
		d.say(refuse(code, "Must issue a STARTTLS command first"))
		return nil
	}
	switch d.verb {
	case "EHLO", "HELO":
		// The name comes back in the reply; a domain name has at most 255 octets
		// (RFC 5321 section 4.5.3.1.2).
		if len(d.arg) > 255 {
			d.say("501 5.5.4 The name is longer than a domain name")
			return nil
		}
		if d.verb == "EHLO" && d.answerEHLO() {
			return nil
		}
		return []byte(d.verb + " " + d.arg + "\r\n")
	case "DATA":
		if d.transaction != nil && len(d.transaction.to) > 0 && d.answer(AtData, "No message is taken") {
			return nil
		}
		fallthrough
	case "MAIL", "RCPT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP":
		// RFC 5321 section 4.1.1: white space at the end is tolerated.
		return []byte(strings.TrimRight(line, " ") + "\r\n")
	case "STARTTLS":
		d.answerSTARTTLS(d.arg)
	case anonymousTLS:
		if !d.conn.plan.has(XAnonymousTLS) {
			d.say("500 5.5.2 Command not recognized")
			return nil
		}
		d.answerSTARTTLS(d.arg)
	case "AUTH", "BDAT":
		d.say("502 5.5.1 " + d.verb + " is not offered")
	default:
		// Not go-smtp's to answer: it closes after a few of them, and RFC 5321
		// section 3.8 says not to.
		d.say("500 5.5.2 Command not recognized")
	}
	return nil
}

// printable reports whether s is printable US-ASCII.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func (d *dialogue) note(client bool, text string) {
	d.conn.note(func(s *Session) {
		s.Transcript = append(s.Transcript, Line{Client: client, TLS: d.tls != nil, Text: text})
	})
}
