package finding_test

import (
	"crypto/tls"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
	"mxlab/verify/finding"
)

const (
	offering = `
S: 220 mx.example.com ESMTP
C: EHLO sender.example
S: 250-mx.example.com
S: 250 STARTTLS
`
	insideTLS = `
C: STARTTLS
S: 220 go ahead
C* EHLO sender.example
S* 250-mx.example.com
S* 250 SIZE
`
)

// shows is a session in which all went well, with a chain.
func shows(chain ...[]byte) *verify.Session {
	return &verify.Session{Began: now, Greeting: verify.Reply{Code: 220, Lines: []string{"mx.example.com ESMTP"}}, Dialogue: dialogue(offering + insideTLS),
		Offered: true, STARTTLS: verify.Reply{Code: 220}, TLS: &verify.TLS{Version: tls.VersionTLS13, Cipher: tls.TLS_AES_128_GCM_SHA256, Chain: chain},
		Steps: steps("connect", "greeting", "EHLO", "STARTTLS", "handshake", "EHLO*", "MAIL*", "RCPT*")}
}

// steps gives steps of a second each; a star says inside TLS.
func steps(stages ...string) (list []verify.Step) {
	for _, s := range stages {
		inTLS := s[len(s)-1] == '*'
		if inTLS {
			s = s[:len(s)-1]
		}
		list = append(list, verify.Step{Stage: verify.Stage(s), TLS: inTLS, Took: time.Second})
	}
	return list
}

// What is wrong with a session is found. Each row changes a sound one.
func TestSessions(t *testing.T) {
	t.Parallel()
	refuse := func(stage verify.Stage, inTLS bool, code int, text string) *verify.Stop {
		return &verify.Stop{Stage: stage, Cause: verify.ReplyRefused, TLS: inTLS, Reply: verify.Reply{Code: code, Lines: []string{text}}}
	}
	clear := func(s *verify.Session) { s.TLS, s.STARTTLS, s.Offered = nil, verify.Reply{}, false }
	for name, row := range map[string]struct {
		change func(*verify.Session)
		want   []string
	}{
		"sound": {func(*verify.Session) {}, nil},
		"refused": {func(s *verify.Session) {
			*s = verify.Session{Stop: &verify.Stop{Stage: verify.StageConnect, Cause: verify.ConnectionRefused}}
		}, []string{"unreachable: refused"}},
		"greeting": {func(s *verify.Session) {
			*s = verify.Session{Stop: refuse(verify.StageGreeting, false, 554, "5.7.1 go away")}
		}, []string{"greeting-refused: 554 5.7.1 go away"}},
		"silent": {func(s *verify.Session) {
			*s = verify.Session{Stop: &verify.Stop{Stage: verify.StageGreeting, Cause: verify.ConnectionSilent}}
		}, []string{"session-lost: silent at greeting"}},
		"EHLO":        {func(s *verify.Session) { clear(s); s.Stop = refuse(verify.StageEHLO, false, 550, "") }, []string{"ehlo-refused: 550"}},
		"EHLO in TLS": {func(s *verify.Session) { s.Stop = refuse(verify.StageEHLO, true, 451, "later") }, []string{"ehlo-refused: 451 later (inside TLS)"}},
		"MAIL":        {func(s *verify.Session) { s.Stop = refuse(verify.StageMail, true, 553, "who") }, []string{"sender-refused: 553 who (inside TLS)"}},
		"RCPT":        {func(s *verify.Session) { s.Stop = refuse(verify.StageRcpt, true, 550, "nobody") }, []string{"recipient-refused: 550 nobody (inside TLS)"}},
		"lost at RCPT": {func(s *verify.Session) {
			s.Stop = &verify.Stop{Stage: verify.StageRcpt, Cause: verify.ConnectionClosed, TLS: true}
		},
			[]string{"session-lost: closed at RCPT inside TLS"}},
		"HELO only": {func(s *verify.Session) {
			clear(s)
			s.Dialogue = dialogue("S: 220 mx\nC: EHLO sender.example\nS: 502 what\nC: HELO sender.example\nS: 250 mx")
			s.Steps = steps("connect", "greeting", "EHLO", "EHLO", "MAIL", "RCPT")
		}, []string{"starttls-not-offered", "no-extensions"}},
		"not offered": {func(s *verify.Session) { clear(s); s.Dialogue = dialogue("C: EHLO a\nS: 250-mx\nS: 250 SIZE") }, []string{"starttls-not-offered"}},
		"overwritten": {func(s *verify.Session) { clear(s); s.Dialogue = dialogue("C: EHLO a\nS: 250-mx\nS: 250 XXXXXXXA") }, []string{"starttls-overwritten"}},
		"on the first line": {func(s *verify.Session) { clear(s); s.Dialogue = dialogue("C: EHLO a\nS: 250-mx STARTTLS\nS: 250 SIZE") },
			[]string{"starttls-on-greeting-line"}},
		"STARTTLS refused": {func(s *verify.Session) {
			s.TLS, s.STARTTLS, s.Dialogue = nil, verify.Reply{Code: 454, Lines: []string{"4.7.0 not now"}}, dialogue(offering)
		}, []string{"starttls-refused: 454 4.7.0 not now"}},
		"offered again": {func(s *verify.Session) {
			s.Dialogue = append(s.Dialogue, dialogue("C* EHLO a\nS* 250-mx\nS* 250 starttls now")...)
		}, []string{"starttls-offered-again"}},
		"early":    {func(s *verify.Session) { s.Early = 8 }, []string{"plaintext-behind-220: 8 octets"}},
		"executed": {func(s *verify.Session) { s.Executed = true }, []string{"pipelined-commands-executed"}},
		"TLS 1.2":  {func(s *verify.Session) { s.TLS.Version = tls.VersionTLS12 }, []string{"tls-1.3-missing"}},
		"TLS 1.1":  {func(s *verify.Session) { s.TLS.Version = tls.VersionTLS11 }, []string{"tls-version-old: TLS 1.1"}},
		"RSA": {func(s *verify.Session) {
			s.TLS.Version, s.TLS.Cipher = tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA
		}, []string{"no-forward-secrecy", "tls-1.3-missing"}},
		"cut off": {func(s *verify.Session) { s.TLS.Cut = true }, []string{"no-close-notify"}},
		"asked":   {func(s *verify.Session) { s.TLS.Asked = true }, []string{"client-certificate-asked"}},
		"handshake": {func(s *verify.Session) {
			s.TLS, s.Stop = nil, &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeAlert, Alert: 40}
		},
			[]string{"handshake-failed: handshake-alert 40"}},
		"behind the handshake": {func(s *verify.Session) {
			s.Stop = &verify.Stop{Stage: verify.StageEHLO, Cause: verify.HandshakeAlert, TLS: true, Alert: 116}
		}, []string{"handshake-failed: handshake-alert 116"}},
		"clock":                     {func(s *verify.Session) { s.Greeting.Lines = []string{"mx ESMTP; Mon, 1 Jun 2026 13:00:00 +0000"} }, []string{"clock-wrong"}},
		"clock within five minutes": {func(s *verify.Session) { s.Greeting.Lines = []string{"mx ready at Mon, 1 Jun 2026 14:05:01 +0200"} }, nil},
		"no date":                   {func(s *verify.Session) { s.Greeting.Lines = []string{"mx 32 Jun 2026 99:05:01 +0200"} }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := authority(t)
			ev := evidence(t, a)
			s := shows(a.leaf(t, nil), a.sub.Raw)
			row.change(s)
			hold(ev, finding.Named(), s)
			assert.Equal(t, row.want, found(t, ev))
		})
	}
}

// What a client without a server name is shown is compared with the rest.
func TestServerNames(t *testing.T) {
	t.Parallel()
	a := authority(t)
	good, other := shows(a.leaf(t, nil), a.sub.Raw), shows(a.leaf(t, nil), a.sub.Raw)
	bad := &verify.Session{Offered: true, STARTTLS: verify.Reply{Code: 220}, Stop: &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeAlert, Alert: 112}}
	for name, row := range map[string]struct {
		named, unnamed *verify.Session
		want           []string
	}{
		"the same":    {good, good, nil},
		"another":     {good, other, []string{"certificate-depends-on-sni"}},
		"required":    {good, bad, []string{"sni-required: handshake-alert 112"}},
		"refused":     {bad, good, []string{"sni-refused: handshake-alert 112"}},
		"both broken": {bad, bad, []string{"handshake-failed: handshake-alert 112"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := evidence(t, a)
			hold(ev, finding.Named(), row.named)
			hold(ev, finding.Unnamed(), row.unnamed)
			assert.Equal(t, row.want, found(t, ev))
		})
	}
}

// A client of old versions is tried at a host that knows newer ones.
func TestOldVersions(t *testing.T) {
	t.Parallel()
	a := authority(t)
	ev := evidence(t, a)
	hold(ev, finding.Named(), shows(a.leaf(t, nil), a.sub.Raw))
	old := shows(a.leaf(t, nil), a.sub.Raw)
	old.TLS.Version = tls.VersionTLS10
	hold(ev, finding.Old(finding.Named()), old)
	assert.Equal(t, []string{"tls-old-versions-accepted: TLS 1.0"}, found(t, ev))
}

// A test asks for nothing that tells nothing, and for no injection unless told.
func TestNeeds(t *testing.T) {
	t.Parallel()
	a := authority(t)
	sound, gone := shows(a.leaf(t, nil), a.sub.Raw), &verify.Session{Stop: &verify.Stop{Stage: verify.StageConnect, Cause: verify.ConnectionSilent}}
	old := shows(a.leaf(t, nil), a.sub.Raw)
	old.TLS.Version = tls.VersionTLS10
	for name, row := range map[string]struct {
		first     *verify.Session
		injection bool
		want      []verify.Hello
	}{
		"nothing yet": {nil, true, []verify.Hello{finding.Named()}},
		"gone":        {gone, true, nil},
		"sound":       {sound, false, []verify.Hello{finding.Unnamed(), finding.Old(finding.Named())}},
		"injection":   {sound, true, []verify.Hello{finding.Unnamed(), finding.Old(finding.Named()), finding.Injecting(finding.Named())}},
		"old":         {old, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := evidence(t, a)
			if row.first != nil {
				hold(ev, finding.Named(), row.first)
			}
			_, needs := finding.Test{Injection: row.injection}.Judge(ev)
			var want []verify.Need
			for _, h := range row.want {
				want = append(want, verify.Need{Session: verify.SessionKey{Addr: addr, Hello: h.To("mx.example.com")}})
			}
			assert.Equal(t, want, needs)
		})
	}
	t.Run("a host without a name", func(t *testing.T) {
		t.Parallel()
		ev := evidence(t, a)
		ev.Hop.Host = "192.0.2.1"
		hold(ev, finding.Named(), sound)
		_, needs := finding.Test{}.Judge(ev)
		assert.Equal(t, []verify.Need{{Session: verify.SessionKey{Addr: addr, Hello: finding.Old(finding.Named()).To("192.0.2.1")}}}, needs)
	})
}

// What is wrong on the way to the host is found in the lookups.
func TestLookups(t *testing.T) {
	t.Parallel()
	a := authority(t)
	reverse := verify.Question{Name: verify.ReverseName(addr.Addr()), Type: "PTR"}
	for name, row := range map[string]struct {
		change func(*verify.Evidence)
		want   []string
	}{
		"domain": {func(ev *verify.Evidence) { ev.Hop = verify.Hop{Fault: verify.HopNXDomain} }, []string{"domain-missing"}},
		"MX": {func(ev *verify.Evidence) {
			ev.Hop = verify.Hop{Fault: verify.HopLookup}
			ev.Lookups[verify.Question{Name: "example.com", Type: "MX"}] = verify.Answer{Status: verify.ServFail}
		}, []string{"mx-lookup-failed: SERVFAIL"}},
		"null MX": {func(ev *verify.Evidence) { ev.Hop = verify.Hop{Fault: verify.HopNullMX} }, []string{"null-mx"}},
		"beside":  {func(ev *verify.Evidence) { ev.Hop = verify.Hop{Host: ".", Fault: verify.HopNullMX} }, []string{"null-mx-beside-others"}},
		"address": {func(ev *verify.Evidence) { ev.Hop = verify.Hop{Host: "192.0.2.9", Fault: verify.HopNXDomain} }, []string{"mx-is-address"}},
		"host": {func(ev *verify.Evidence) {
			ev.Hop = verify.Hop{Host: "gone.example.com", Fault: verify.HopNXDomain}
			for _, typ := range []string{"A", "AAAA"} {
				ev.Lookups[verify.Question{Name: "gone.example.com", Type: typ}] = verify.Answer{Status: verify.NXDomain}
			}
		}, []string{"host-missing: A NXDOMAIN, AAAA NXDOMAIN"}},
		"host lookup": {func(ev *verify.Evidence) {
			ev.Hop = verify.Hop{Host: "x.example.com", Fault: verify.HopLookup}
			ev.Lookups[verify.Question{Name: "x.example.com", Type: "A"}] = verify.Answer{Status: verify.TimeOut}
			ev.Lookups[verify.Question{Name: "x.example.com", Type: "AAAA"}] = verify.Answer{Status: verify.NoData}
		}, []string{"host-lookup-failed: A TIMEOUT"}},
		"no MX": {func(ev *verify.Evidence) { ev.Hop.Implicit = true }, []string{"no-mx"}},
		"alias": {func(ev *verify.Evidence) {
			ev.Lookups[verify.Question{Name: "mx.example.com", Type: "A"}] = verify.Answer{Status: verify.NoError, CNAMEs: []string{"b.example.com"}, Addrs: []netip.Addr{addr.Addr()}}
		}, []string{"mx-is-alias: of b.example.com"}},
		"no PTR":     {func(ev *verify.Evidence) { ev.Lookups[reverse] = verify.Answer{Status: verify.NXDomain} }, []string{"ptr-missing: NXDOMAIN"}},
		"PTR lookup": {func(ev *verify.Evidence) { ev.Lookups[reverse] = verify.Answer{Status: verify.ServFail} }, []string{"ptr-lookup-failed: SERVFAIL"}},
		"PTR of other": {func(ev *verify.Evidence) {
			ev.Lookups[reverse] = verify.Answer{Status: verify.NoError, Names: []string{"y.example.com"}}
			ev.Lookups[verify.Question{Name: "y.example.com", Type: "A"}] = verify.Answer{Status: verify.NXDomain}
		}, []string{"ptr-not-confirmed: y.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := evidence(t, a)
			row.change(&ev)
			hold(ev, finding.Named(), shows(a.leaf(t, nil), a.sub.Raw))
			assert.Equal(t, row.want, found(t, ev))
		})
	}
}
