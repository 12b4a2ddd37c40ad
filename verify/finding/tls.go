package finding

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"strings"

	"mxlab/verify"
)

var (
	handshakeFailed = &Kind{"handshake-failed", High, "the host answers STARTTLS with 220, and then TLS does not come about",
		"recipient's end: look at its certificate and key, its TLS versions and ciphers, and devices before it"}
	sniRequired = &Kind{"sni-required", Medium, "TLS does not come about with a client that says no server name, as many senders do",
		"recipient's end: give the host a default certificate"}
	sniRefused = &Kind{"sni-refused", Medium, "TLS does not come about with a client that says the host's name as server name",
		"recipient's end: have the host pass over server names that it does not know (RFC 6066 section 3)"}
	sniChanges = &Kind{"certificate-depends-on-sni", Low, "a client that says no server name is shown another certificate",
		"recipient's end: make the certificate for the MX name the default one"}
	versionOld = &Kind{"tls-version-old", High, "the host knows no TLS version newer than 1.1 (RFC 8996)",
		"recipient's end: enable TLS 1.2 and 1.3"}
	versionsOldToo = &Kind{"tls-old-versions-accepted", Low, "the host still accepts TLS 1.1 or older (RFC 8996)",
		"recipient's end: disable TLS 1.0 and 1.1, unless a partner needs them"}
	version13Missing = &Kind{"tls-1.3-missing", Info, "the host does not do TLS 1.3",
		"recipient's end: enable it when the product has it"}
	noForwardSecrecy = &Kind{"no-forward-secrecy", Low, "whoever gets the key later can read the recorded session",
		"recipient's end: enable cipher suites with ECDHE, and put them first"}
	noCloseNotify = &Kind{"no-close-notify", Info, "the host hangs up without ending TLS first (RFC 8446 section 6.1)",
		"recipient's end: update the host; mail does not suffer, because SMTP tells by itself where a message ends"}
	clientCertAsked = &Kind{"client-certificate-asked", Info, "the host asks its clients for a certificate",
		"recipient's end: if it is not meant so, switch the verification of clients off"}
)

func tlsKinds() []*Kind {
	return []*Kind{handshakeFailed, sniRequired, sniRefused, sniChanges, versionOld, versionsOldToo, version13Missing, noForwardSecrecy, noCloseNotify, clientCertAsked}
}

// nameMatters tells whether a session without a server name could come to
// something else than the one with it: both came to a ClientHello, of a version
// that both have.
func (l *look) nameMatters(named *verify.Session) bool {
	if Named().To(l.ev.Hop.Host).SNI == "" {
		return false
	}
	if named.TLS != nil && named.TLS.Version < Unnamed().MinVersion {
		return false
	}
	return named.TLS != nil || inHandshake(named)
}

// serverName compares the sessions with and without a server name.
func (l *look) serverName(named, unnamed *verify.Session) {
	if unnamed == nil {
		return
	}
	with, without := secure(named), secure(unnamed)
	switch {
	case with && !without && inHandshake(unnamed):
		l.note(sniRequired, "%s", stopText(unnamed.Stop))
	case !with && without:
		l.note(sniRefused, "%s", stopText(named.Stop))
	case with && without && !bytes.Equal(leaf(named), leaf(unnamed)):
		l.note(sniChanges, "")
	}
}

// secure tells whether TLS came about and was not ended by TLS itself.
func secure(s *verify.Session) bool { return s.TLS != nil && !inHandshake(s) }

func leaf(s *verify.Session) []byte {
	if len(s.TLS.Chain) == 0 {
		return nil
	}
	return s.TLS.Chain[0]
}

// stopText names the cause for which TLS ended.
func stopText(s *verify.Stop) string {
	if s.Alert != 0 {
		return fmt.Sprintf("%s %d", s.Cause, s.Alert) // numbered as in RFC 8446 section 6
	}
	return string(s.Cause)
}

// versions looks at what was negotiated, and what an old client negotiates.
func (l *look) versions(s *verify.Session) {
	if s.TLS.Asked {
		l.note(clientCertAsked, "")
	}
	if s.TLS.Cut {
		l.note(noCloseNotify, "")
	}
	if strings.HasPrefix(tls.CipherSuiteName(s.TLS.Cipher), "TLS_RSA_") {
		l.note(noForwardSecrecy, "")
	}
	switch {
	case s.TLS.Version < tls.VersionTLS12:
		l.note(versionOld, "%s", versionText(s.TLS.Version))
		return
	case s.TLS.Version < tls.VersionTLS13:
		l.note(version13Missing, "")
	}
	if old := l.session(Old(l.helloOf(s))); old != nil && old.TLS != nil {
		l.note(versionsOldToo, "%s", versionText(old.TLS.Version))
	}
}

// helloOf is the hello of the session by which the host is judged.
func (l *look) helloOf(s *verify.Session) verify.Hello {
	if s == l.ev.Sessions[l.ev.SessionKey(Named().To(l.ev.Hop.Host))] {
		return Named()
	}
	return Unnamed()
}

// Old is a hello of a client that knows no TLS version newer than 1.1.
func Old(h verify.Hello) verify.Hello {
	h.MinVersion, h.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	return h
}

func versionText(v uint16) string {
	return fmt.Sprintf("TLS 1.%d", int(v)-tls.VersionTLS10)
}
