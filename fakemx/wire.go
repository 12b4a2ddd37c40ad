package fakemx

import (
	"bufio"
	"io"
	"net"
	"syscall"
	"time"
)

// A wire is the socket: it counts what is written, is read through one buffer,
// so that a ClientHello that came together with STARTTLS is not lost, and plays
// the faults of the transport.
type wire struct {
	net.Conn
	r         *bufio.Reader
	conn      *conn
	heard     int64 // octets read
	sent      int64 // octets written
	ended     bool  // nothing more will be written
	behind220 int64 // octets written up to the 220 to STARTTLS; 0 before
	corrupted bool  // an octet was changed
	alert     byte  // stands in for the alert that crypto/tls sends; 0 leaves it
}

// An ear is the socket as a wire's buffer reads it.
type ear struct{ *wire }

// Read tells first that the host waits: only then does the buffer ask for more.
func (e ear) Read(p []byte) (int, error) {
	if tell := e.conn.server.Waiting; tell != nil && !e.ended {
		tell(e.RemoteAddr(), e.heard, e.sent)
	}
	n, err := e.Conn.Read(p)
	e.heard += int64(n)
	return n, err
}

// Read reads through the buffer. When the host waits for the client behind a
// changed octet it has said its last: the client may do so too, for what the
// changed length of a record promised.
func (w *wire) Read(p []byte) (int, error) {
	if w.corrupted {
		w.conn.tellSilence()
		io.Copy(io.Discard, w.r)
		return 0, io.EOF
	}
	return w.r.Read(p)
}

// Write writes p, late or in pieces if the plan says so.
func (w *wire) Write(p []byte) (int, error) {
	plan := w.conn.plan
	if w.alert != 0 && len(p) == 7 && p[0] == alertType {
		p = append([]byte(nil), p...)
		p[6] = w.alert
	}
	w.conn.wait(plan.latency)
	if plan.resetAfter > 0 && w.sent+int64(len(p)) > plan.resetAfter {
		w.conn.lose() // before the client sees the end
	}
	piece := len(p)
	if plan.slice > 0 {
		piece = min(piece, int(plan.slice))
	}
	written := 0
	for written < len(p) {
		n, err := w.put(p[written:min(written+piece, len(p))])
		if written += n; err != nil {
			return written, err
		}
	}
	return written, nil
}

// put writes one piece.
func (w *wire) put(p []byte) (int, error) {
	plan := w.conn.plan
	if plan.bandwidth > 0 {
		w.conn.wait(time.Duration(len(p)) * time.Second / time.Duration(plan.bandwidth))
	}
	if at := w.behind220 + plan.corrupt - 1 - w.sent; w.behind220 > 0 && plan.corrupt > 0 && at >= 0 && at < int64(len(p)) {
		p = append([]byte(nil), p...)
		p[at] ^= 1
		w.corrupted = true
	}
	whole := len(p)
	last := plan.resetAfter > 0 && w.sent+int64(len(p)) >= plan.resetAfter
	if last {
		p = p[:max(0, plan.resetAfter-w.sent)]
	}
	n, err := w.Conn.Write(p)
	w.sent += int64(n)
	if last && err == nil {
		w.reset()
		if n < whole {
			err = syscall.ECONNRESET
		}
	}
	return n, err
}

// reset ends the connection by RST, or by its end where there is no such thing.
func (w *wire) reset() {
	w.ended = true
	if tcp, ok := w.Conn.(interface{ SetLinger(int) error }); ok {
		tcp.SetLinger(0)
	}
	w.Conn.Close()
}
