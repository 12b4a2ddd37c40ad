package report

import (
	"fmt"
	"io"
	"net/netip"
	"slices"

	"mxlab/fakemx"
)

// Curt is a Witness that writes as [Live] does, but a session in one line when
// it is over.
type Curt struct{ *Live }

// NewCurt writes to w.
func NewCurt(w io.Writer, st Style) Curt { return Curt{NewLive(w, st)} }

// Noted writes a session that is over.
func (c Curt) Noted(host netip.Addr, session int, s fakemx.Session) {
	if !s.Done {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line(fmt.Sprintf("#%d", session), sessionText(host, s))
}

// sessionText tells a session in one line.
func sessionText(host netip.Addr, s fakemx.Session) string {
	text := fmt.Sprintf("%v to %v", s.Peer, host)
	if s.EHLO != "" {
		text += ", " + printable(s.EHLO)
	}
	if s.TLS != nil || s.HandshakeErr != nil {
		text += ": " + tlsText(s)
	} else {
		text += ": in clear text"
	}
	for _, line := range slices.Backward(s.Transcript) {
		if !line.Client {
			return text + "; the host's last words: " + printable(line.Text)
		}
	}
	return text + "; the host said nothing"
}
