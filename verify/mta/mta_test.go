package mta_test

import (
	"crypto/x509"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/internal/testca"
	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
	"mxlab/verify/pkix"
)

func rule(id string) *verify.Rule { return &verify.Rule{ID: id, Certainty: verify.Documented} }

// agent is an MTA of no product, with a setting for each way of checking.
func agent() *mta.MTA {
	references := func(ev verify.Evidence) ([]mta.Reference, []verify.Need) {
		match := func(presented []string, reference string) (string, verify.Mismatch) {
			return verify.MatchAny(presented, reference, verify.WholeLabel)
		}
		return []mta.Reference{{verify.RefMX, ev.Hop.Host, rule("san-mx"), rule("cn-mx"), match, nil}, {verify.RefDomain, ev.Domain, rule("san-domain"), rule("cn-domain"), match, nil}}, nil
	}
	clear, not := judge.Action{Rule: rule("clear"), Send: true}, judge.Action{Rule: rule("not")}
	path := judge.PathRules{Trust: rule("trust"), Dates: rule("dates"), Usage: rule("usage")}
	return &mta.MTA{
		Product: verify.Product{Name: "any", Rules: []*verify.Rule{rule("late")}},
		Settings: []mta.Setting{
			{Setting: verify.Setting{Name: "never"}, Never: rule("never"), Offered: clear, Refused: clear, Failed: clear, Checked: clear},
			{Setting: verify.Setting{Name: "may"}, Offered: clear, Refused: clear, Failed: not, Late: mta.Late{Age: time.Minute, Action: judge.Action{Rule: rule("late"), Send: true}},
				Checked: judge.Action{Rule: rule("unchecked"), Send: true}},
			{Setting: verify.Setting{Name: "chain"}, Check: mta.Chain, Path: path, Offered: not, Refused: not, Failed: not, Checked: not, Valid: judge.Action{Rule: rule("valid"), Send: true}},
			{Setting: verify.Setting{Name: "names", Matches: []verify.Kind{verify.RefMX, verify.RefDomain}}, Check: mta.Names, Path: path, Offered: not, Refused: not, Failed: not, Checked: not,
				Identity: mta.Identity{References: references, CommonNames: judge.CommonNames, SANOnly: rule("san-only")}},
			{Setting: verify.Setting{Name: "known"}, Check: mta.Direct, Offered: not, Refused: not, Failed: not, Checked: not,
				Known: mta.Known{Rule: rule("known"), Is: func(leaf *x509.Certificate, known [][]byte) bool {
					return len(known) > 0 && string(known[0]) == string(leaf.Raw)
				}}},
		},
		Common: judge.Rules{NXDomain: rule("nxdomain"), DNSFailure: rule("dns"), NullMX: rule("null"), NullMXBeside: rule("null-beside"), NoAddress: rule("address"),
			Unreachable: rule("unreachable"), Greeting: rule("greeting"), Permanent: rule("permanent"), Transient: rule("transient"), BehindHandshake: rule("behind"), Queue: rule("queue")},
		OwnLine:  rule("own-line"),
		Refusals: []mta.Refusal{{rule("many"), func(s *verify.Session) string { return map[bool]string{true: "three"}[len(s.TLS.Chain) > 2] }}},
		Library:  pkix.OpenSSL(1),
		Hello:    func(func(string) string) verify.Hello { return verify.Hello{TLS: true} },
		Routing: func(func(string) string) verify.Routing {
			return verify.Routing{Sessions: verify.Limit{Most: 2, Rule: rule("two")}}
		},
		Schedule: func(func(string) string) verify.Schedule {
			return verify.Schedule{Retry: rule("retry"), Growing: rule("growing"), GiveUp: rule("give-up")}
		},
	}
}

// shown is a session in which a host showed a certificate.
func shown(t *testing.T, cn string, sans ...string) (verify.Evidence, *x509.Certificate) {
	t.Helper()
	ca := testca.Root(t, "Root")
	leaf := ca.Issue(t, cn, func(c *x509.Certificate) { c.DNSNames = sans })
	s := &verify.Session{Offered: true, STARTTLS: verify.Reply{Code: 220}, TLS: &verify.TLS{Version: 0x0304, Chain: [][]byte{leaf.Raw}}}
	return evidence(s, ca.Certificate), leaf.Certificate
}

func evidence(s *verify.Session, anchors ...*x509.Certificate) verify.Evidence {
	hop := verify.Hop{Host: "mx.example.com", Addr: netip.MustParseAddrPort("192.0.2.1:25")}
	ev := verify.Evidence{Domain: "example.com", Now: testca.Noon, Anchors: anchors, Sessions: map[verify.SessionKey]*verify.Session{}, Hop: hop}
	ev.Sessions[ev.SessionKey(verify.Hello{TLS: true})] = s
	ev.Sessions[ev.SessionKey(verify.Hello{})] = &verify.Session{Offered: true}
	return ev
}

func judged(t *testing.T, setting, turned string, ev verify.Evidence) verify.Verdict {
	t.Helper()
	p, err := agent().New(setting, nil)
	require.NoError(t, err)
	v, needs := p.Inverted(turned).Judge(ev)
	require.Empty(t, needs)
	return v
}

// TestWithoutTLS: what each setting does when STARTTLS is not offered, is
// refused, or fails behind the 220.
func TestWithoutTLS(t *testing.T) {
	t.Parallel()
	plain := evidence(&verify.Session{})
	refused := evidence(&verify.Session{Offered: true, STARTTLS: verify.Reply{Code: 454}})
	broken := evidence(&verify.Session{Offered: true, STARTTLS: verify.Reply{Code: 220}, Stop: &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeClosed}})
	silent := evidence(&verify.Session{Stop: &verify.Stop{Stage: verify.StageConnect, Cause: verify.ConnectionSilent}})
	late := broken
	late.Age = time.Minute
	for _, row := range []struct {
		name, setting, turned string
		ev                    verify.Evidence
		want                  string
		asked                 bool
	}{
		{"not offered, may", "may", "", plain, "cleartext starttls-not-supported not-offered", true},
		{"not offered, may, turned round", "may", "clear", plain, "deferred starttls-not-supported not-offered", false},
		{"not offered, chain", "chain", "", plain, "deferred starttls-not-supported not-offered", false},
		{"refused, may", "may", "", refused, "cleartext starttls-not-supported refused", true},
		{"refused, names", "names", "", refused, "deferred starttls-not-supported refused", false},
		{"broken, may", "may", "", broken, "deferred validation-failure handshake-closed", false},
		{"broken, may, a minute later", "may", "", late, "cleartext validation-failure handshake-closed", true},
		{"broken, names, a minute later", "names", "", late, "deferred validation-failure handshake-closed", false},
		{"unreachable", "may", "", silent, "deferred unreachable", false},
	} {
		v := judged(t, row.setting, row.turned, row.ev)
		assert.Equal(t, row.want, v.Words(), row.name)
		assert.Equal(t, row.asked, v.Asked, row.name)
	}
}

// TestNames: the common name counts only where there is no dNSName.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		cn, sans, turned, want string
	}{
		{"", "mx.example.com", "", "verified mx mx.example.com"},
		{"", "example.com", "", "verified domain example.com"},
		{"mx.example.com", "", "", "verified mx mx.example.com"},
		{"mx.example.com", "other.example", "", "deferred certificate-host-mismatch"},
		{"mx.example.com", "other.example", "san-only", "verified mx mx.example.com"},
		{"", "mx.example.com", "san-mx", "deferred certificate-host-mismatch"},
		{"", "other.example", "trust", "deferred certificate-not-trusted"},
	} {
		var sans []string
		if row.sans != "" {
			sans = []string{row.sans}
		}
		ev, _ := shown(t, row.cn, sans...)
		assert.Equal(t, row.want, judged(t, "names", row.turned, ev).Words(), fmt.Sprint(row))
	}
}

// TestChainAndKnown: a valid path names nobody; a known certificate needs none.
func TestChainAndKnown(t *testing.T) {
	t.Parallel()
	ev, leaf := shown(t, "", "other.example")
	assert.Equal(t, "encrypted", judged(t, "chain", "", ev).Words())
	assert.Equal(t, "deferred validation-failure", judged(t, "chain", "valid", ev).Words())
	assert.Equal(t, "deferred certificate-not-trusted not-known", judged(t, "known", "", ev).Words())
	ev.Known, ev.Anchors = [][]byte{leaf.Raw}, nil
	assert.Equal(t, "verified certificate other.example", judged(t, "known", "", ev).Words())
	assert.Equal(t, "deferred certificate-not-trusted missing-intermediate", judged(t, "chain", "", ev).Words())
	s, _ := ev.Session(verify.Hello{TLS: true})
	s.TLS.Chain = append(s.TLS.Chain, leaf.Raw, leaf.Raw)
	assert.Equal(t, "deferred validation-failure handshake-failed", judged(t, "known", "", ev).Words(), "the library refuses so many")
	assert.Equal(t, "verified certificate other.example", judged(t, "known", "many", ev).Words())
}

// TestDescribed: what a setting says that it can come to.
func TestDescribed(t *testing.T) {
	t.Parallel()
	p := agent().Described()
	for setting, want := range map[string][]verify.Outcome{
		"never": {verify.Cleartext, verify.Diverted},
		"may":   {verify.Encrypted, verify.Cleartext, verify.Diverted},
		"chain": {verify.Encrypted, verify.Diverted},
		"names": {verify.Verified, verify.Diverted},
		"known": {verify.Verified, verify.Diverted},
	} {
		s, ok := p.SettingOf("any/" + setting)
		require.True(t, ok)
		assert.Equal(t, want, s.Outcomes, setting)
	}
	turned, err := agent().New("may", nil)
	require.NoError(t, err)
	assert.Equal(t, 2, turned.Routing().Sessions.Most)
	assert.Zero(t, turned.Inverted("two").Routing())
	assert.Equal(t, verify.Hello{}, must(agent().New("never", nil)).Hello())
}

func must(p mta.Policy, err error) mta.Policy {
	if err != nil {
		panic(err)
	}
	return p
}

// TestPeculiar: what only some products do between EHLO and the certificate.
func TestPeculiar(t *testing.T) {
	t.Parallel()
	a := agent()
	a.Exact, a.Behind = rule("exact"), rule("behind-220")
	a.Unfit = []mta.Refusal{{rule("unfit"), func(s *verify.Session) string { return map[bool]string{true: "two"}[len(s.TLS.Chain) == 2] }}}
	names := &a.Settings[3]
	names.HELO, names.Odd, names.Silent = rule("helo"), judge.Action{Rule: rule("odd"), Send: true}, judge.Action{Rule: rule("silent"), Send: true}
	whole, _ := shown(t, "", "mx.example.com")
	s, _ := whole.Session(verify.Hello{TLS: true})
	offered := verify.Line{Text: "250 STARTTLS"}
	s.Dialogue = []verify.Line{offered}
	like := func(change func(*verify.Session)) verify.Evidence {
		other := *s
		change(&other)
		return evidence(&other, whole.Anchors...)
	}
	for _, row := range []struct {
		turned string
		ev     verify.Evidence
		want   string
		next   bool
	}{
		{"", whole, "verified mx mx.example.com", false},
		{"", like(func(s *verify.Session) { s.Dialogue = []verify.Line{{Text: "250 starttls"}} }), "deferred starttls-not-supported not-offered", true},
		{"exact", like(func(s *verify.Session) { s.Dialogue = []verify.Line{{Text: "250 starttls"}} }), "verified mx mx.example.com", false},
		{"", like(func(s *verify.Session) { s.Early = 7 }), "deferred validation-failure handshake-failed", false},
		{"behind-220", like(func(s *verify.Session) { s.Early = 7 }), "verified mx mx.example.com", false},
		{"", like(func(s *verify.Session) { s.TLS = &verify.TLS{Chain: append(s.TLS.Chain[:1:1], s.TLS.Chain[0])} }), "deferred validation-failure", true},
		{"", like(func(s *verify.Session) {
			s.Dialogue = []verify.Line{offered, {Client: true, TLS: true, Text: "HELO me"}}
		}), "deferred smtp-refused", true},
		{"helo", like(func(s *verify.Session) {
			s.Dialogue = []verify.Line{offered, {Client: true, TLS: true, Text: "HELO me"}}
		}), "verified mx mx.example.com", false},
		{"", like(func(s *verify.Session) { s.TLS, s.STARTTLS = nil, verify.Reply{Code: 454} }), "deferred starttls-not-supported refused", true},
		{"", like(func(s *verify.Session) { s.TLS, s.STARTTLS = nil, verify.Reply{Code: 250} }), "cleartext starttls-not-supported refused", false},
		{"", like(func(s *verify.Session) {
			s.TLS, s.Stop = nil, &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeSilent}
		}), "cleartext validation-failure handshake-silent", false},
		{"", like(func(s *verify.Session) {
			s.TLS, s.Stop = nil, &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeClosed}
		}), "deferred validation-failure handshake-closed", true},
	} {
		p, err := a.New("names", nil)
		require.NoError(t, err)
		v, needs := p.Inverted(row.turned).Judge(row.ev)
		require.Empty(t, needs)
		assert.Equal(t, row.want, v.Words(), "%+v", row.turned)
		assert.Equal(t, row.next, v.TryNext, row.want)
	}
}

// TestCommonNameAlone: a reference may look at the common name only.
func TestCommonNameAlone(t *testing.T) {
	t.Parallel()
	a := agent()
	id := &a.Settings[3].Identity
	id.Named = func(*x509.Certificate) bool { return false }
	id.References = func(ev verify.Evidence) ([]mta.Reference, []verify.Need) {
		return []mta.Reference{{Kind: verify.RefMX, Name: ev.Hop.Host, CN: rule("cn"), Match: func(presented []string, reference string) (string, verify.Mismatch) {
			return verify.MatchAny(presented, reference, verify.WholeLabel)
		}}}, nil
	}
	for _, row := range []struct{ cn, san, want string }{
		{"mx.example.com", "other.example", "verified mx mx.example.com"},
		{"", "mx.example.com", "deferred certificate-host-mismatch"},
	} {
		ev, _ := shown(t, row.cn, row.san)
		p, err := a.New("names", nil)
		require.NoError(t, err)
		v, _ := p.Judge(ev)
		assert.Equal(t, row.want, v.Words())
		require.NotEmpty(t, v.Checks)
		assert.Equal(t, verify.CNID, v.Checks[len(v.Checks)-1].From)
	}
}
