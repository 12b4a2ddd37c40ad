package report

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/world"
)

// Live is a Witness that writes what happens as it happens, a line each.
type Live struct {
	w  io.Writer
	st Style

	mu    sync.Mutex
	shown map[int]noted // of each session that is not over
}

// noted is how much of a session's record was written.
type noted struct {
	lines  int
	secure bool
}

// NewLive writes to w.
func NewLive(w io.Writer, st Style) *Live {
	return &Live{w: w, st: st, shown: map[int]noted{}}
}

// Asked writes a query, and what was answered.
func (l *Live) Asked(q fakedns.Query) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line("dns", queryText(q))
}

func queryText(q fakedns.Query) string {
	outside := ""
	if q.Outside {
		outside = ", which the zone says nothing about"
	}
	return fmt.Sprintf("%s %s %s: %s%s", q.Net, q.Type, printable(q.Name), q.Status, outside)
}

// Noted writes what is new in the record of a session.
func (l *Live) Noted(host netip.Addr, session int, s fakemx.Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := fmt.Sprintf("#%d", session)
	before, known := l.shown[session]
	if !known {
		l.line(name, fmt.Sprintf("%v to %v", s.Peer, host))
	}
	for _, text := range sessionLines(s, before, l.st) {
		l.line(name, text)
	}
	l.shown[session] = noted{len(s.Transcript), before.secure || s.TLS != nil || s.HandshakeErr != nil}
	if s.Done {
		l.line(name, "over")
		delete(l.shown, session)
	}
}

// sessionLines tells a session from where its record was before.
func sessionLines(s fakemx.Session, before noted, st Style) []string {
	var all []string
	secure := func() {
		if !before.secure && (s.TLS != nil || s.HandshakeErr != nil) {
			before.secure = true
			all = append(all, handshakeText(s))
		}
	}
	for _, line := range s.Transcript[before.lines:] {
		if line.TLS {
			secure()
		}
		arrow := "<-"
		if line.Client {
			arrow = "->"
		}
		all = append(all, st.Dim(arrow)+" "+printable(line.Text))
	}
	secure()
	return all
}

// handshakeText tells a handshake as the host saw it.
func handshakeText(s fakemx.Session) string { return "-- " + tlsText(s) + " --" }

func tlsText(s fakemx.Session) string {
	if s.TLS == nil {
		return "the handshake failed: " + printable(s.HandshakeErr.Error())
	}
	sni := "no SNI"
	if s.TLS.ServerName != "" {
		sni = "SNI " + printable(s.TLS.ServerName)
	}
	certificate := ""
	if shown := s.TLS.PeerCertificates; len(shown) > 0 {
		certificate = ", client certificate " + printable(shown[0].Subject.String())
	}
	return fmt.Sprintf("%s, %s, %s%s", tlsVersion(s.TLS.Version), tls.CipherSuiteName(s.TLS.CipherSuite), sni, certificate)
}

// Took writes that a host took a message.
func (l *Live) Took(host netip.Addr, m fakemx.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	how := "in clear text"
	if m.TLS != nil {
		how = "inside TLS"
	}
	l.line("mail", fmt.Sprintf("taken by %v %s: from <%s> to <%s>, %d octets", host, how, printable(m.From), printable(strings.Join(m.To, ">, <")), len(m.Data)))
}

// Fetched writes a request by HTTP.
func (l *Live) Fetched(f world.Fetch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line("web", fetchText(f))
}

func fetchText(f world.Fetch) string { return f.Method + " " + printable(f.URL) }

// Logged writes a line of the system's log.
func (l *Live) Logged(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line("log", printable(strings.TrimRight(text, "\r\n\x00")))
}

func (l *Live) line(what, text string) {
	fmt.Fprintf(l.w, "%s %s\n", l.st.Bold(fmt.Sprintf("%-5s", what)), text)
}
