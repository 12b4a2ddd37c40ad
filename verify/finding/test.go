package finding

import (
	"crypto/tls"
	"fmt"

	"mxlab/verify"
)

// A Test looks at one host after the other. The zero Test makes no session that
// a host could take for an attack.
type Test struct {
	// Injection makes one short session more with each host, in which a harmless
	// command stands behind STARTTLS: see [verify.Hello].
	Injection bool
}

// Judge tells what is to be found at the host that ev.Hop names. It is pure. If
// facts are missing it returns them as needs, with what is found without them.
func (t Test) Judge(ev verify.Evidence) ([]Finding, []verify.Need) {
	l := &look{ev: ev}
	l.dns()
	if ev.Hop.Fault != "" {
		return l.found, l.needs
	}
	l.reverse()
	named := l.session(Named())
	if named == nil {
		return l.found, l.needs
	}
	s := named
	if l.nameMatters(named) {
		unnamed := l.session(Unnamed())
		l.serverName(named, unnamed)
		s = better(named, unnamed)
	}
	if inHandshake(s) {
		l.note(handshakeFailed, "%s", stopText(s.Stop))
	}
	l.conversation(s)
	l.starttls(s)
	if s.TLS != nil {
		l.versions(s)
		l.certificate(s)
		if t.Injection {
			l.injection(s)
		}
	}
	return l.found, l.needs
}

// Named is the hello with which a host is asked first: every TLS version, and
// the name of the MX record as server name.
func Named() verify.Hello {
	return verify.Hello{TLS: true, SNI: verify.HostName, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS13}
}

// Unnamed is a hello without server name. Many senders say none, and it is
// theirs in its versions too, so that it costs no session where one of them is
// looked at.
func Unnamed() verify.Hello {
	return verify.Hello{TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13}
}

// A look gathers what is found at one host.
type look struct {
	ev    verify.Evidence
	found []Finding
	needs []verify.Need
}

// note adds a finding about the host's address.
func (l *look) note(k *Kind, format string, args ...any) {
	l.found = append(l.found, Finding{Kind: k, Host: l.ev.Hop.Host, Addr: l.ev.Hop.Addr.Addr(), Detail: fmt.Sprintf(format, args...)})
}

// noteName adds a finding that is about a name, whatever its address.
func (l *look) noteName(k *Kind, host, format string, args ...any) {
	l.found = append(l.found, Finding{Kind: k, Host: host, Detail: fmt.Sprintf(format, args...)})
}

// session gives the session under a hello, or nil, and then it is a need.
func (l *look) session(h verify.Hello) *verify.Session {
	k := l.ev.SessionKey(h.To(l.ev.Hop.Host))
	s := l.ev.Sessions[k]
	if s == nil {
		l.needs = append(l.needs, verify.Need{Session: k})
	}
	return s
}

// Session gives the session of the evidence by which a host is judged: that
// with its name as server name, or if only the one without came to TLS, that.
// It is nil if the host was not asked.
func Session(ev verify.Evidence) *verify.Session {
	l := look{ev: ev}
	named := l.session(Named())
	if named == nil || !l.nameMatters(named) {
		return named
	}
	return better(named, l.session(Unnamed()))
}

// better is the session that came to TLS; the first, if both or none did.
func better(named, unnamed *verify.Session) *verify.Session {
	if named.TLS == nil && unnamed != nil && unnamed.TLS != nil && !inHandshake(unnamed) {
		return unnamed
	}
	return named
}
