package connector_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

const (
	notOffered = "starttls-not-supported not-offered"
	refused    = "starttls-not-supported refused"
)

// columns are the modes of the tables.
var columns = []string{"exchange/opportunistic", "exchange/ignore-starttls", "exchange/require-tls", "exchange/encryption-only",
	"exo/opportunistic", "exo/encryption-only"}

// TestSettings is the table of outcomes: what each setting does when STARTTLS
// is not offered, when it is refused, when the handshake fails after the 220,
// and when TLS comes about. Sources: Set-SendConnector, Set-OutboundConnector,
// KB 3027536, the Exchange Team Blog of 15 January 2021.
func TestSettings(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		world world
		want  []string // in the order of columns
	}{
		{"not advertised", world{},
			[]string{"cleartext " + notOffered, "cleartext", "deferred " + notOffered, "deferred " + notOffered, "cleartext " + notOffered, "deferred " + notOffered}},
		{"answered 454", world{session: starttls(454)},
			[]string{"cleartext " + refused, "cleartext", "deferred " + refused, "deferred " + refused, "cleartext " + refused, "deferred " + refused}},
		{"answered 554", world{session: starttls(554)},
			[]string{"cleartext " + refused, "cleartext", "deferred " + refused, "deferred " + refused, "cleartext " + refused, "deferred " + refused}},
		{"closed after the 220", world{cert: "CN=example.com", session: handshake(verify.HandshakeClosed)}, after220("handshake-closed")},
		{"silent after the 220", world{cert: "CN=example.com", session: handshake(verify.HandshakeSilent)}, after220("handshake-silent")},
		{"alert after the 220", world{cert: "CN=example.com", session: handshake(verify.HandshakeAlert)}, after220("handshake-alert")},
		{"no version in common", world{cert: "CN=example.com", session: handshake(verify.HandshakeVersion)}, after220("tls-version")},
		{"a weak hash in the chain", world{cert: "CN=example.com self-signed key=rsa2048 sig=md5"}, after220("handshake-failed")},
		{"a key that Schannel does not know", world{cert: "CN=example.com key=ed25519"}, after220("handshake-failed")},
		{"self-signed", world{cert: "CN=example.com self-signed"}, taken()},
		{"private authority", world{cert: "CN=example.com issuer=private"}, taken()},
		{"expired", world{cert: "CN=example.com until=-1d"}, taken()},
		{"another name", world{cert: "CN=other.example SAN=other.example"}, taken()},
		{"all good", world{cert: "CN=example.com SAN=example.com"}, taken()},
	}
	for _, row := range rows {
		for i, want := range row.want {
			t.Run(row.name+"/"+columns[i], func(t *testing.T) {
				t.Parallel()
				v := row.world.judge(t, mode(t, columns[i]))
				assert.Equal(t, want, v.Words())
				assert.Equal(t, v.Outcome == verify.Deferred, v.TryNext, "a host that fails the setting is left for the next, and only that one")
			})
		}
	}
}

// after220 is the row of a handshake that fails: nobody goes back to clear
// text. But for a weak hash that is deduced.
func after220(detail string) []string {
	d := "deferred validation-failure " + detail
	return []string{d, "cleartext", d, d, d, d}
}

// taken is the row of a certificate that nobody looks at.
func taken() []string {
	return []string{"encrypted", "cleartext", "encrypted", "encrypted", "encrypted", "encrypted"}
}

// KB 3027536 tells of a weak hash under TLS 1.2; older versions do not say which
// hashes they take in certificates.
func TestWeakHash(t *testing.T) {
	t.Parallel()
	w := world{cert: "CN=example.com self-signed key=rsa2048 sig=md5"}
	v := w.judge(t, mode(t, "exchange/opportunistic"))
	assert.Equal(t, []string{"exchange/weak-hash", "exchange/opportunistic/weak-hash", "exchange/queue"}, decided(v), "documented, but for the queue")
	assert.Equal(t, "cleartext validation-failure handshake-failed", w.judge(t, mode(t, "exchange/opportunistic after220=clear")).Words())
	assert.Equal(t, verify.Inferred, w.judge(t, mode(t, "exo/opportunistic")).Certainty, "the state of the queue is printed for Exchange Server only")
	w.session = func(s *verify.Session) {
		if s.TLS != nil {
			s.TLS.Version = 0x0302
		}
	}
	assert.Equal(t, "encrypted", w.judge(t, mode(t, "exchange/opportunistic")).Words())
}

// TestChainSize: Schannel reads no more than 32 KB of certificates.
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
	for _, p := range modes(t) {
		if p.Mode() == "exchange/ignore-starttls" {
			continue
		}
		assert.True(t, sized(32<<10).judge(t, p).Outcome.Sent(), p.Mode())
		v := sized(32<<10+1).judge(t, p)
		assert.Equal(t, "deferred validation-failure handshake-failed", v.Words(), p.Mode())
		assert.Contains(t, decided(v)[0], "/chain-size", p.Mode())
	}
}

// A chain that arrived and could not be parsed is told apart from a handshake
// that failed otherwise: Schannel may go on, so the verdict is less sure.
func TestUnreadableChain(t *testing.T) {
	t.Parallel()
	failed := func(s *verify.Session) {
		s.Offered, s.STARTTLS = true, verify.Reply{Code: 220}
		s.Stop = &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeFailed}
	}
	p := mode(t, "exchange/encryption-only")
	shown := world{cert: "SAN=example.com serial=negative", session: failed}.judge(t, p)
	assert.Equal(t, []string{"exchange/unreadable-chain", "exchange/encryption-only/tls-only", "exchange/queue"}, decided(shown))
	assert.Equal(t, verify.Inferred, shown.Certainty)
	none := world{session: failed}.judge(t, p)
	assert.Equal(t, shown.Words(), none.Words())
	assert.Equal(t, []string{"exchange/encryption-only/tls-only", "exchange/queue"}, decided(none))
}

// TestGreetingLine: a host that names STARTTLS behind its own name has offered
// nothing, which no document of Microsoft says.
func TestGreetingLine(t *testing.T) {
	t.Parallel()
	w := world{session: func(s *verify.Session) {
		s.Dialogue = []verify.Line{{Text: "220 mx.host.example"}, {Client: true, Text: "EHLO mail.sender.example"}, {Text: "250 mx.host.example STARTTLS"}}
	}}
	for _, p := range modes(t) {
		v, honest := w.judge(t, p), world{}.judge(t, p)
		assert.Equal(t, honest.Words(), v.Words(), p.Mode())
		if p.Mode() != "exchange/ignore-starttls" {
			assert.Contains(t, decided(v)[0], "/starttls-on-greeting-line", p.Mode())
		}
	}
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
		world      world
	}{
		{"no such domain", "bounced dns-nxdomain", true, world{fault: verify.HopNXDomain}},
		{"no address", "bounced dns-nxdomain", true, world{fault: verify.HopNoAddress}},
		{"null MX beside others", "bounced null-mx", true, world{fault: verify.HopNullMX}},
		{"the lookup fails", "deferred dns-failure", true, world{fault: verify.HopLookup}},
		{"connection refused", "deferred unreachable", true, world{session: cause(verify.StageConnect, verify.ConnectionRefused)}},
		{"connection silent", "deferred unreachable", true, world{session: cause(verify.StageConnect, verify.ConnectionSilent)}},
		{"greeting 554", "deferred greeting-refused", true, world{session: reply(verify.StageGreeting, 554)}},
		{"greeting 421", "deferred greeting-refused", true, world{session: reply(verify.StageGreeting, 421)}},
		{"RCPT 550", "bounced smtp-refused", false, world{cert: "CN=example.com", session: reply(verify.StageRcpt, 550)}},
		{"RCPT 451", "deferred smtp-refused", true, world{cert: "CN=example.com", session: reply(verify.StageRcpt, 451)}},
		{"MAIL 550", "bounced smtp-refused", false, world{cert: "CN=example.com", session: reply(verify.StageMail, 550)}},
		{"lost at RCPT", "deferred unreachable", true, world{cert: "CN=example.com", session: cause(verify.StageRcpt, verify.ConnectionClosed)}},
	}
	for _, row := range rows {
		for _, p := range modes(t) {
			t.Run(row.name+"/"+p.Mode(), func(t *testing.T) {
				t.Parallel()
				v := row.world.judge(t, p)
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
	for _, p := range modes(t) {
		if v := (world{session: func(s *verify.Session) { s.Offered = true }}).judge(t, p); p.Mode() != "exchange/ignore-starttls" {
			assert.Equal(t, "deferred validation-failure handshake-failed", v.Words(), p.Mode())
		}
	}
}

// decided gives the rules on which a verdict rests.
func decided(v verify.Verdict) (ids []string) {
	for _, r := range v.Decided {
		ids = append(ids, r.ID)
	}
	return ids
}
