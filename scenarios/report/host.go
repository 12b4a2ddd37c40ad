package report

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// hellos gives the hellos of the sessions with a host, those in clear text
// first.
func hellos(ev verify.Evidence, hop verify.Hop) []verify.Hello {
	var all []verify.Hello
	for k := range ev.Sessions {
		if k == ev.At(hop).SessionKey(k.Hello) {
			all = append(all, k.Hello)
		}
	}
	slices.SortFunc(all, func(a, b verify.Hello) int { return strings.Compare(helloText(a), helloText(b)) })
	return all
}

// sessions writes what each of some sessions with a host showed, in a line, and
// the certificates, where one came as far. Sessions that showed the same share a
// line, and a chain is written once.
func sessions(w io.Writer, ev verify.Evidence, hop verify.Hop, all []verify.Hello, st Style) {
	sessionsBelow(w, map[string]bool{}, ev, hop, all, st)
}

// sessionsBelow is sessions below others whose chains were written.
func sessionsBelow(w io.Writer, chains map[string]bool, ev verify.Evidence, hop verify.Hop, all []verify.Hello, st Style) {
	t := table{indent: "  "}
	session := func(i int) *verify.Session { return ev.Sessions[ev.At(hop).SessionKey(all[i])] }
	for _, g := range grouped(len(all), func(i int) string {
		return strings.Join(steps(session(i), all[i], st), ", ") + "\n" + chainKey(session(i))
	}) {
		var texts []string
		for _, i := range g {
			texts = append(texts, helloText(all[i]))
		}
		s := session(g[0])
		t.row("session", strings.Join(texts, "; ")+": "+strings.Join(steps(s, all[g[0]], st), ", "))
		switch key := chainKey(s); {
		case s.TLS == nil:
		case chains[key]:
			t.row("", "certificates as above")
		default:
			chains[key] = true
			certificates(&t, ev, s, st)
		}
	}
	t.write(w)
}

// chainKey tells chains apart.
func chainKey(s *verify.Session) string {
	if s.TLS == nil {
		return ""
	}
	return string(bytes.Join(s.TLS.Chain, []byte{0}))
}

// steps tells how far a session came, and how it ended where that is unusual.
func steps(s *verify.Session, h verify.Hello, st Style) []string {
	all := reached(s, h, st)
	if s.TLS != nil && s.TLS.Cut {
		all = append(all, "ended without close_notify")
	}
	return all
}

// reached tells how far a session came.
func reached(s *verify.Session, h verify.Hello, st Style) []string {
	var all []string
	say := func(what, failed string) {
		if failed != "" {
			what = st.Bad(what + " " + failed)
		}
		all = append(all, what)
	}
	failed := func(stage verify.Stage, inTLS bool) string {
		if s.Stop == nil || s.Stop.Stage != stage || s.Stop.TLS != inTLS {
			return ""
		}
		if s.Stop.Cause == verify.ReplyRefused {
			return fmt.Sprint(s.Stop.Reply.Code)
		}
		return string(s.Stop.Cause)
	}
	if f := failed(verify.StageConnect, false); f != "" {
		say("connection", f)
		return all
	}
	if f := failed(verify.StageGreeting, false); f != "" {
		say("greeting", f)
		return all
	}
	m := mannerOf(s, h.Command())
	say(fmt.Sprintf("greeting %d", s.Greeting.Code)+m.greeting, "")
	if f := failed(verify.StageEHLO, false); f != "" {
		say("EHLO", f)
		return all
	}
	if m.before != "" {
		say(m.before, "")
	}
	if s.Offered {
		say(h.Command()+" offered"+m.offer, "")
	} else {
		say(h.Command()+" not offered", "")
	}
	if s.STARTTLS.Code != 0 {
		say(fmt.Sprintf("answered %d", s.STARTTLS.Code), "")
	}
	if f := failed(verify.StageSTARTTLS, false); f != "" && s.STARTTLS.Code == 0 {
		say(h.Command(), f)
		return all
	}
	if s.Early > 0 {
		say(plural(s.Early, "octet", "octets")+" in clear text behind the 220", "")
	}
	if f := failed(verify.StageHandshake, false) + failed(verify.StageHandshake, true); f != "" {
		say("", f)
		all[len(all)-1] = strings.TrimSpace(all[len(all)-1])
		return all
	}
	if s.TLS != nil {
		say(tlsVersion(s.TLS.Version), "")
		if len(s.TLS.Staple) > 0 {
			say("OCSP response stapled", "")
		}
		if s.TLS.Asked {
			say("client certificate asked for", "")
		}
		if ticketless(s) {
			say("no session ticket", "")
		}
	}
	if m.inTLS != "" && !s.Executed { // else the answer to EHLO is the one before it
		say(m.inTLS, "")
	}
	for _, stage := range []verify.Stage{verify.StageEHLO, verify.StageMail, verify.StageRcpt, verify.StageData, verify.StageDot} {
		if f := failed(stage, s.TLS != nil); f != "" {
			say(string(stage), f)
			return all
		}
	}
	switch {
	case h.Behind == "" && slices.Contains(s.Dialogue, verify.Line{Client: true, TLS: s.TLS != nil, Text: "."}):
		say("message accepted", "")
	case h.Behind == "":
		say("RCPT accepted", "")
	case s.Executed:
		all = append(all, st.Bad(printable(h.Behind)+" executed inside TLS"))
	case s.TLS != nil:
		say(printable(h.Behind)+" forgotten", "")
	}
	return all
}

// ticketless reports whether a host gave no session ticket, although it came as
// far: in TLS 1.3 that is sent behind the handshake.
func ticketless(s *verify.Session) bool {
	return !s.TLS.Ticket && slices.ContainsFunc(s.Dialogue, func(l verify.Line) bool { return l.TLS && !l.Client })
}

// certificates writes the chain as sent, and what is wrong with its path.
func certificates(t *table, ev verify.Evidence, s *verify.Session, st Style) {
	for i, der := range s.TLS.Chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.row("", fmt.Sprintf("certificate %d: ", i)+st.Bad(unparsable(der)))
			continue
		}
		t.row("", fmt.Sprintf("certificate %d: ", i)+certificate(c, ev.Now, st))
	}
	path := ev.Path(s, pkix.OpenSSL(1))
	if path.OK() {
		t.row("", "path valid")
		return
	}
	var faults []string
	for _, f := range path.Faults {
		faults = append(faults, fmt.Sprintf("%s at certificate %d", f.Kind, f.Depth))
	}
	t.row("", "path "+st.Bad(strings.Join(faults, ", ")))
}
