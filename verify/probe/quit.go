package probe

import (
	"io"

	"mxlab/verify"
)

// Quit takes leave, RFC 5321 section 4.1.1.10, and closes the connection. The
// host's answer changes nothing; a Stop only tells that there was none.
func (d *Dialogue) Quit() *verify.Stop {
	defer d.Close()
	return d.quit()
}

// quit is Quit, and leaves the connection open for the host to close.
func (d *Dialogue) quit() *verify.Stop {
	_, stop := d.command(stageQuit, QuitTimeout, 2, "QUIT")
	return stop
}

// cut waits for the host to end the connection, unless that is over, and reports
// whether it ended TLS without close_notify. What the host still says is thrown
// away. A host that lets the connection stand has not ended TLS.
func (d *Dialogue) cut() bool {
	if d.tls == nil {
		return false
	}
	if d.over == nil && d.socket.SetDeadline(d.now().Add(closeTimeout)) == nil {
		io.CopyN(io.Discard, d.br, MaxLine)
	}
	// crypto/tls takes either end for io.EOF, but behind close_notify it does not
	// look for that of the socket.
	return d.tap.ended
}

// leave is quit, and reports whether the host said more than it was asked for: a
// reply other than 221, and behind it 221. Then each reply answered the command
// before, and the host has taken one more than was said inside TLS.
func (d *Dialogue) leave() (more bool) {
	r, _ := d.command(stageQuit, QuitTimeout, 2, "QUIT")
	if d.over != nil || r.Code == 221 {
		return false
	}
	r, _ = d.reply(stageQuit, 2)
	return r.Code == 221
}

// firstInside reports whether the first reply inside TLS had this code.
func (d *Dialogue) firstInside(code int) bool {
	for _, l := range d.lines {
		if l.TLS && !l.Client {
			got, _, _, ok := parseLine(l.Text)
			return ok && got == code
		}
	}
	return false
}

// stageQuit is not among verify's stages, because no session ends there early.
const stageQuit verify.Stage = "QUIT"
