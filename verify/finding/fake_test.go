package finding_test

import (
	"crypto/x509"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"mxlab/internal/testca"
	"mxlab/verify"
	"mxlab/verify/finding"
)

var (
	now  = testca.Noon
	addr = netip.MustParseAddrPort("192.0.2.1:25")
	hop  = verify.Hop{Host: "mx.example.com", Preference: 10, Addr: addr}
)

// evidence is that on a host with a confirmed reverse name and no sessions.
func evidence(t *testing.T, a *ca) verify.Evidence {
	t.Helper()
	return verify.Evidence{Domain: "example.com", Now: now, Anchors: []*x509.Certificate{a.root.Certificate}, Hop: hop,
		Lookups: map[verify.Question]verify.Answer{
			{Name: verify.ReverseName(addr.Addr()), Type: "PTR"}: {Status: verify.NoError, Names: []string{"mx.example.com"}},
			{Name: "mx.example.com", Type: "A"}:                  {Status: verify.NoError, Addrs: []netip.Addr{addr.Addr()}},
		}, Sessions: map[verify.SessionKey]*verify.Session{}}
}

// hold puts a session under a hello into the evidence.
func hold(ev verify.Evidence, h verify.Hello, s *verify.Session) {
	ev.Sessions[verify.SessionKey{Addr: ev.Hop.Addr, Hello: h.To(ev.Hop.Host)}] = s
}

// dialogue reads lines as "C: " and "S: " say them, with a star for the colon
// inside TLS.
func dialogue(text string) (lines []verify.Line) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, verify.Line{Client: line[0] == 'C', TLS: line[1] == '*', Text: line[3:]})
		}
	}
	return lines
}

// found gives what is found at a host, as ID or ID: DETAIL, where a test makes
// every session but those in the evidence as the host's first one was.
func found(t *testing.T, ev verify.Evidence) []string {
	t.Helper()
	var list []string
	for _, f := range all(t, ev) {
		text := f.Kind.ID
		if f.Detail != "" {
			text += ": " + f.Detail
		}
		list = append(list, text)
	}
	return list
}

func all(t *testing.T, ev verify.Evidence) []finding.Finding {
	t.Helper()
	for range 10 {
		got, needs := finding.Test{Injection: true}.Judge(ev)
		if len(needs) == 0 {
			return finding.Sort(got)
		}
		for _, n := range needs {
			require.True(t, n.Session.Addr.IsValid(), "a fact that the evidence should have: %v", n)
			first := ev.Sessions[verify.SessionKey{Addr: addr, Hello: finding.Named().To(ev.Hop.Host)}]
			require.NotNil(t, first, "the first session")
			s := *first
			if n.Session.Hello.MaxVersion < finding.Named().MaxVersion {
				s.TLS, s.Stop = nil, &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeVersion}
			}
			ev.Sessions[n.Session] = &s
		}
	}
	require.Fail(t, "there is no end to the needs")
	return nil
}
