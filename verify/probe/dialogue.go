package probe

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"time"

	"mxlab/verify"
)

// A Dialogue is one SMTP conversation, step by step. Each step has its own
// deadline. After a refusing reply the conversation may go on; after any other
// Stop it is over: what is called then returns the same Stop again. A Dialogue
// serves one goroutine, and must be closed.
type Dialogue struct {
	socket   net.Conn
	tls      *tls.Conn // over tap, once the handshake is done
	tap      *tap      // over socket
	tickets  tickets
	br       *bufio.Reader
	now      func() time.Time
	ctxErr   func() error // of the context of Connect
	release  func() bool  // from that context
	cert     *tls.Certificate
	greeting verify.Reply
	keywords []string // the EHLO keywords, in upper case
	early    int
	lines    []verify.Line
	out      []byte
	steps    []verify.Step
	over     *verify.Stop // set when the conversation cannot go on
}

// Greeting is the reply with which the host opened; zero if there was none.
func (d *Dialogue) Greeting() verify.Reply { return d.greeting }

// Lines are the lines said so far, in both directions. A message itself is not
// among them.
func (d *Dialogue) Lines() []verify.Line { return d.lines }

// Steps are the steps taken so far, each with the time that it took.
func (d *Dialogue) Steps() []verify.Step { return d.steps }

// step begins a step; the function that it returns notes how long it took.
func (d *Dialogue) step(stage verify.Stage) (done func()) {
	began, inTLS := d.now(), d.tls != nil
	return func() { d.steps = append(d.steps, verify.Step{Stage: stage, TLS: inTLS, Took: d.now().Sub(began)}) }
}

// Close ends the connection, whatever its state. It may be called again.
func (d *Dialogue) Close() {
	if d.socket == nil {
		return
	}
	d.release()
	if d.tls != nil && d.over == nil {
		// RFC 8446 section 6.1: close_notify, which a peer that is gone or
		// silent would only make us wait for.
		if d.socket.SetDeadline(d.now().Add(closeTimeout)) == nil {
			d.tls.Close()
		}
	}
	d.socket.Close()
}

// errLineEnd refuses what would smuggle a second command.
var errLineEnd = errors.New("a command cannot hold CR, LF or NUL")

// command says one line, with what is behind it in the same write, and reads the
// reply to the first, all within the time given. A reply whose first digit is not
// want is a Stop.
func (d *Dialogue) command(stage verify.Stage, within time.Duration, want int, line string, behind ...string) (verify.Reply, *verify.Stop) {
	if d.over != nil {
		return verify.Reply{}, d.over
	}
	d.out = d.out[:0]
	for _, line := range append([]string{line}, behind...) {
		if strings.ContainsAny(line, "\r\n\x00") {
			return verify.Reply{}, d.local(stage, errLineEnd)
		}
		d.lines = append(d.lines, verify.Line{Client: true, TLS: d.tls != nil, Text: line})
		d.out = append(append(d.out, line...), '\r', '\n')
	}
	defer d.step(stage)()
	if err := d.socket.SetDeadline(d.now().Add(within)); err != nil {
		return verify.Reply{}, d.fail(stage, err)
	}
	if _, err := d.conn().Write(d.out); err != nil {
		return verify.Reply{}, d.fail(stage, err)
	}
	return d.reply(stage, want)
}

// reply reads a reply under the deadline that stands.
func (d *Dialogue) reply(stage verify.Stage, want int) (verify.Reply, *verify.Stop) {
	r, err := readReply(d.br, func(line string) {
		d.lines = append(d.lines, verify.Line{TLS: d.tls != nil, Text: line})
	})
	if err != nil {
		return verify.Reply{}, d.fail(stage, err)
	}
	// RFC 5321 section 4.2: the first digit decides.
	if r.Code/100 != want {
		return r, &verify.Stop{Stage: stage, Cause: verify.ReplyRefused, TLS: d.tls != nil, Reply: r}
	}
	return r, nil
}

// conn is what the conversation now runs over.
func (d *Dialogue) conn() net.Conn {
	if d.tls != nil {
		return d.tls
	}
	return d.socket
}
