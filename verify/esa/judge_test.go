package esa_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
	"mxlab/verify"
	"mxlab/verify/esa"
)

var (
	now  = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	host = netip.MustParseAddrPort("192.0.2.1:25")
)

// world is one host and what the DNS says of it.
type world struct {
	cert    string   // a pki line; empty for a host without TLS
	ptr     string   // the PTR name of 192.0.2.1
	forward string   // the address of that name
	mx      []string // the domain's MX names, the connected one first
	routes  []string // SMTP routes: names, or an address in brackets; the first leads to the host
	session func(*verify.Session)
	portal  bool // the sender has one
}

// judge gathers for a policy what it asks for, from the world, and judges.
func (w world) judge(t *testing.T, p verify.Policy) verify.Verdict {
	t.Helper()
	lab := pki.NewLab(now)
	session := &verify.Session{Greeting: verify.Reply{Code: 220}}
	if w.cert != "" {
		spec, err := pki.ParseLine(w.cert)
		require.NoError(t, err)
		require.NoError(t, lab.Add("host", spec))
		cert, err := lab.Issue("host")
		require.NoError(t, err)
		session.Offered, session.STARTTLS = true, verify.Reply{Code: 220}
		session.TLS = &verify.TLS{Chain: cert.Sent}
	}
	if w.session != nil {
		w.session(session)
	}
	if len(w.mx) == 0 {
		w.mx = []string{"mx.host.example"}
	}
	hop := verify.Hop{Host: w.mx[0], Addr: host}
	answers := map[verify.Question]verify.Answer{
		{Name: verify.ReverseName(host.Addr()), Type: "PTR"}: {Status: verify.NXDomain},
	}
	for _, name := range w.mx {
		q := verify.Question{Name: "example.com", Type: "MX"}
		answers[q] = verify.Answer{Status: verify.NoError, MX: append(answers[q].MX, verify.MX{Preference: 10, Host: name})}
	}
	if w.ptr != "" {
		answers[verify.Question{Name: verify.ReverseName(host.Addr()), Type: "PTR"}] = verify.Answer{Status: verify.NoError, Names: []string{w.ptr}}
		answers[verify.Question{Name: w.ptr, Type: "A"}] = verify.Answer{Status: verify.NXDomain}
		if w.forward != "" {
			answers[verify.Question{Name: w.ptr, Type: "A"}] = verify.Answer{Status: verify.NoError, Addrs: []netip.Addr{netip.MustParseAddr(w.forward)}}
		}
	}
	ev := verify.Evidence{Domain: "example.com", Now: now, Anchors: lab.Roots(), Portal: w.portal,
		Lookups: map[verify.Question]verify.Answer{}, Sessions: map[verify.SessionKey]*verify.Session{}}
	for i, r := range w.routes {
		if literal, ok := strings.CutPrefix(r, "["); ok {
			ev.Routes = append(ev.Routes, verify.Route{Addr: netip.MustParseAddr(strings.TrimSuffix(literal, "]"))})
			hop.Host = host.Addr().String()
			continue
		}
		ev.Routes = append(ev.Routes, verify.Route{Name: r})
		if i == 0 {
			hop.Host, hop.Routes = r, []string{r}
		}
	}
	ev = ev.At(hop)
	for range 10 {
		v, needs := p.Judge(ev)
		if len(needs) == 0 {
			return v
		}
		for _, n := range needs {
			if n.Session.Addr.IsValid() {
				s := *session
				if !n.Session.Hello.TLS {
					s.TLS, s.STARTTLS = nil, verify.Reply{}
					if s.Stop != nil && s.Stop.Stage == verify.StageHandshake {
						s.Stop = nil
					}
				}
				ev.Sessions[n.Session] = &s
				continue
			}
			a, ok := answers[n.Question]
			require.True(t, ok, "the judge asks for %v, which this case does not foresee", n.Question)
			ev.Lookups[n.Question] = a
		}
	}
	t.Fatal("the judge asks on and on")
	panic("unreachable")
}

func policy(t *testing.T, setting string, options ...string) esa.Policy {
	t.Helper()
	given := map[string]string{}
	for _, o := range options {
		name, value, _ := strings.Cut(o, "=")
		given[name] = value
	}
	p, err := esa.New(setting, given)
	require.NoError(t, err)
	return p
}

func handshake(cause verify.Cause) func(*verify.Session) {
	return func(s *verify.Session) {
		s.TLS = nil
		s.Stop = &verify.Stop{Stage: verify.StageHandshake, Cause: cause}
	}
}

func starttls(code int) func(*verify.Session) {
	return func(s *verify.Session) { s.Offered, s.STARTTLS = true, verify.Reply{Code: code} }
}

// TestSettings is the table of outcomes: what each of the six settings does
// when STARTTLS is not offered, when it is refused, when the handshake fails
// after the 220, when the certificate does not hold, and when all is well.
// Sources: Cisco 118955 and the user guides of 8.0.1, 8.5 and 9.0.
func TestSettings(t *testing.T) {
	t.Parallel()
	const (
		notOffered = "starttls-not-supported not-offered"
		refused    = "starttls-not-supported refused"
		mismatch   = "certificate-host-mismatch"
	)
	rows := []struct {
		name  string
		world world
		want  [6]string // settings 1 to 6
	}{
		{"not advertised", world{},
			[6]string{"cleartext", "cleartext " + notOffered, "deferred " + notOffered, "cleartext " + notOffered, "deferred " + notOffered, "deferred " + notOffered}},
		{"answered 454", world{session: starttls(454)},
			[6]string{"cleartext", "cleartext " + refused, "deferred " + refused, "cleartext " + refused, "deferred " + refused, "deferred " + refused}},
		{"answered 554", world{session: starttls(554)},
			[6]string{"cleartext", "cleartext " + refused, "deferred " + refused, "cleartext " + refused, "deferred " + refused, "deferred " + refused}},
		{"closed after the 220", world{cert: "CN=example.com", session: handshake(verify.HandshakeClosed)},
			afterThe220("handshake-closed")},
		{"silent after the 220", world{cert: "CN=example.com", session: handshake(verify.HandshakeSilent)},
			afterThe220("handshake-silent")},
		{"alert after the 220", world{cert: "CN=example.com", session: handshake(verify.HandshakeAlert)},
			afterThe220("handshake-alert")},
		{"no version in common", world{cert: "CN=example.com", session: handshake(verify.HandshakeVersion)},
			afterThe220("tls-version")},
		{"chain: self-signed", world{cert: "CN=example.com self-signed"},
			badCertificate("certificate-not-trusted self-signed")},
		{"chain: private authority", world{cert: "CN=example.com issuer=private"},
			badCertificate("certificate-not-trusted unknown-ca")},
		{"chain: expired", world{cert: "CN=example.com until=-1d"},
			badCertificate("certificate-expired")},
		{"chain: not yet valid", world{cert: "CN=example.com from=+1d"},
			badCertificate("validation-failure not-yet-valid")},
		{"identity: another name", world{cert: "CN=other.example SAN=other.example"},
			badCertificate(mismatch)},
		{"all good", world{cert: "CN=example.com SAN=example.com"},
			[6]string{"cleartext", "encrypted", "encrypted", "verified domain example.com", "verified domain example.com", "verified domain example.com"}},
	}
	for _, row := range rows {
		for i, want := range row.want {
			s := esa.Product().Settings[i]
			t.Run(row.name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				v := row.world.judge(t, policy(t, s.Name))
				assert.Equal(t, want, v.Words())
				assert.Equal(t, v.Outcome == verify.Deferred, v.TryNext, "a host that fails the setting is left for the next, and only that one")
			})
		}
	}
}

// afterThe220 is the row of a handshake that fails: nobody goes back to clear
// text. For setting 4 that is deduced.
func afterThe220(detail string) [6]string {
	d := "deferred validation-failure " + detail
	return [6]string{"cleartext", d, d, d, d, d}
}

// badCertificate is the row of a certificate that does not hold.
func badCertificate(reason string) [6]string {
	return [6]string{"cleartext", "encrypted", "encrypted", "encrypted " + reason, "deferred " + reason, "deferred " + reason}
}

// TestAfter220Option is the other reading for setting 4, which no document
// rules out: a new connection in clear text.
func TestAfter220Option(t *testing.T) {
	t.Parallel()
	w := world{cert: "CN=example.com", session: handshake(verify.HandshakeClosed)}
	v := w.judge(t, policy(t, "preferred-verify", "after220=clear"))
	assert.Equal(t, "cleartext validation-failure handshake-closed", v.Words())
	assert.Equal(t, verify.Inferred, v.Certainty)
}

// TestSMTP: what happens beside TLS is the same for all settings.
func TestSMTP(t *testing.T) {
	t.Parallel()
	reply := func(stage verify.Stage, code int) func(*verify.Session) {
		return func(s *verify.Session) {
			s.Stop = &verify.Stop{Stage: stage, Cause: verify.ReplyRefused, Reply: verify.Reply{Code: code}}
		}
	}
	cause := func(stage verify.Stage, c verify.Cause) func(*verify.Session) {
		return func(s *verify.Session) { s.Stop = &verify.Stop{Stage: stage, Cause: c} }
	}
	rows := []struct {
		name, want string
		next       bool
		session    func(*verify.Session)
	}{
		{"connection refused", "deferred unreachable", true, cause(verify.StageConnect, verify.ConnectionRefused)},
		{"connection silent", "deferred unreachable", true, cause(verify.StageConnect, verify.ConnectionSilent)},
		{"greeting 554", "deferred greeting-refused", true, reply(verify.StageGreeting, 554)},
		{"greeting 421", "deferred greeting-refused", true, reply(verify.StageGreeting, 421)},
		{"greeting silent", "deferred unreachable", true, cause(verify.StageGreeting, verify.ConnectionSilent)},
		{"RCPT 550", "bounced smtp-refused", false, reply(verify.StageRcpt, 550)},
		{"RCPT 451", "deferred smtp-refused", true, reply(verify.StageRcpt, 451)},
		{"MAIL 550", "bounced smtp-refused", false, reply(verify.StageMail, 550)},
		{"lost at RCPT", "deferred unreachable", true, cause(verify.StageRcpt, verify.ConnectionClosed)},
	}
	for _, row := range rows {
		for _, s := range esa.Product().Settings {
			t.Run(row.name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				v := world{cert: "CN=example.com", session: row.session}.judge(t, policy(t, s.Name))
				assert.Equal(t, row.want, v.Words())
				assert.Equal(t, row.next, v.TryNext)
			})
		}
	}
}

// TestIncomplete: evidence that contradicts itself is judged, without a panic,
// as a handshake that failed.
func TestIncomplete(t *testing.T) {
	t.Parallel()
	for _, s := range esa.Product().Settings[1:] {
		v := world{session: func(s *verify.Session) { s.Offered = true }}.judge(t, policy(t, s.Name))
		assert.Equal(t, "deferred validation-failure handshake-failed", v.Words(), s.Name)
	}
}

// A chain that arrived and could not be parsed is told apart from a handshake
// that failed otherwise: another library may go on, so the verdict is less sure.
func TestUnreadableChain(t *testing.T) {
	t.Parallel()
	failed := func(s *verify.Session) {
		s.Offered, s.STARTTLS = true, verify.Reply{Code: 220}
		s.Stop = &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeFailed}
	}
	for _, s := range esa.Product().Settings[1:] {
		p := policy(t, s.Name)
		shown := world{cert: "SAN=example.com serial=negative", session: failed}.judge(t, p)
		assert.Equal(t, "deferred validation-failure handshake-failed", shown.Words(), s.Name)
		assert.Equal(t, verify.Inferred, shown.Certainty, s.Name)
		assert.Equal(t, "esa/unreadable-chain", shown.Decided[0].ID, s.Name)

		none := world{session: failed}.judge(t, p)
		assert.Equal(t, shown.Words(), none.Words(), s.Name)
		assert.NotEqual(t, "esa/unreadable-chain", none.Decided[0].ID, s.Name)
	}
}

// OpenSSL reads no more than 100 KB of certificates.
func TestChainSize(t *testing.T) {
	t.Parallel()
	sized := func(octets int) world {
		return world{cert: "SAN=example.com", session: func(s *verify.Session) {
			if s.TLS != nil {
				s.TLS = &verify.TLS{Version: 0x0303, Chain: [][]byte{s.TLS.Chain[0], s.TLS.Chain[1], nil}}
				s.TLS.Chain[2] = make([]byte, octets-s.TLS.ChainOctets())
			}
		}}
	}
	for _, s := range esa.Product().Settings[1:] {
		p := policy(t, s.Name)
		assert.True(t, sized(100<<10).judge(t, p).Outcome.Sent(), s.Name)
		v := sized(100<<10+1).judge(t, p)
		assert.Equal(t, "deferred validation-failure handshake-failed", v.Words(), s.Name)
		assert.Equal(t, "esa/chain-size", v.Decided[0].ID, s.Name)
	}
}

// Of several common names the last one counts, which no document says.
func TestSeveralCommonNames(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"required-verify", "required-verify-hosted-domains"} {
		p := policy(t, setting)
		last := world{cert: "CN=other.example CN=example.com"}.judge(t, p)
		assert.Equal(t, "verified domain example.com", last.Words(), setting)
		assert.Equal(t, verify.Inferred, last.Certainty, setting)
		first := world{cert: "CN=example.com CN=other.example"}.judge(t, p)
		assert.Equal(t, "deferred certificate-host-mismatch", first.Words(), setting)
		assert.Equal(t, verify.Inferred, first.Certainty, setting)

		beside := world{cert: "CN=a.example CN=b.example SAN=example.com"}.judge(t, p)
		assert.Equal(t, verify.Documented, beside.Certainty, "%s: the dNSName decides", setting)
	}
}
