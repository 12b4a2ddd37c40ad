package judge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
	"mxlab/verify/judge"
)

// TestUnroutable: what becomes of a message without an address, for a product that
// bounces it and for one that is patient.
func TestUnroutable(t *testing.T) {
	t.Parallel()
	usual := judge.Rules{NXDomain: rule("nxdomain"), DNSFailure: rule("dns"), NullMX: rule("null"), NullMXBeside: rule("beside"), NoAddress: rule("address")}
	patient := usual
	patient.MXRefused, patient.Patient = rule("refused"), judge.Patient{NullMX: true, NoAddress: true}
	for _, row := range []struct {
		name           string
		hop            verify.Hop
		mx             verify.Status
		turned         string
		usual, patient string
	}{
		{"null MX", verify.Hop{Fault: verify.HopNullMX}, "", "", "bounced null-mx", "deferred null-mx"},
		{"null MX, turned round", verify.Hop{Fault: verify.HopNullMX}, "", "null", "deferred null-mx", "bounced null-mx"},
		{"no address", verify.Hop{Host: "mx", Fault: verify.HopNoAddress}, "", "", "bounced dns-nxdomain", "deferred dns-nxdomain"},
		{"no such host", verify.Hop{Host: "mx", Fault: verify.HopNXDomain}, "", "", "bounced dns-nxdomain", "deferred dns-nxdomain"},
		{"no such domain", verify.Hop{Fault: verify.HopNXDomain}, "", "", "bounced dns-nxdomain", "bounced dns-nxdomain"},
		{"servfail", verify.Hop{Fault: verify.HopLookup}, verify.ServFail, "", "deferred dns-failure", "deferred dns-failure"},
		{"refused", verify.Hop{Fault: verify.HopLookup}, verify.RefusedQ, "", "deferred dns-failure", "bounced dns-failure"},
		{"refused, turned round", verify.Hop{Fault: verify.HopLookup}, verify.RefusedQ, "refused", "deferred dns-failure", "deferred dns-failure"},
		{"refused for a host", verify.Hop{Host: "mx", Fault: verify.HopLookup}, verify.RefusedQ, "", "deferred dns-failure", "deferred dns-failure"},
	} {
		ev := verify.Evidence{Domain: "example.com", Hop: row.hop, Lookups: map[verify.Question]verify.Answer{{Name: "example.com", Type: "MX"}: {Status: row.mx}}}
		h := judge.NewHost(&usual, "x", ev, row.turned, 0)
		assert.Equal(t, row.usual, h.Unroutable().Words(), row.name)
		h = judge.NewHost(&patient, "x", ev, row.turned, 0)
		assert.Equal(t, row.patient, h.Unroutable().Words(), row.name)
	}
}

// TestFirm: a product may take a 5xx greeting for its last word, should no further
// host take the message.
func TestFirm(t *testing.T) {
	t.Parallel()
	rules := judge.Rules{Greeting: rule("greeting"), Firm: rule("firm")}
	for _, row := range []struct {
		code         int
		turned, want string
	}{
		{554, "", "bounced greeting-refused"},
		{554, "firm", "deferred greeting-refused"},
		{421, "", "deferred greeting-refused"},
	} {
		h := judge.NewHost(&rules, "x", verify.Evidence{}, row.turned, 0)
		v := h.Lost(&verify.Stop{Stage: verify.StageGreeting, Cause: verify.ReplyRefused, Reply: verify.Reply{Code: row.code}})
		assert.Equal(t, row.want, v.Words())
		assert.True(t, v.TryNext)
	}
}

// TestStays: a product may try no other host once MAIL was said.
func TestStays(t *testing.T) {
	t.Parallel()
	rules := judge.Rules{Transient: rule("transient"), Permanent: rule("permanent"), Unreachable: rule("unreachable"), BehindHandshake: rule("behind"), Stays: rule("stays")}
	for _, row := range []struct {
		stop   verify.Stop
		turned string
		want   string
		next   bool
	}{
		{verify.Stop{Stage: verify.StageRcpt, Cause: verify.ReplyRefused, Reply: verify.Reply{Code: 451}}, "", "deferred smtp-refused", false},
		{verify.Stop{Stage: verify.StageRcpt, Cause: verify.ReplyRefused, Reply: verify.Reply{Code: 451}}, "stays", "deferred smtp-refused", true},
		{verify.Stop{Stage: verify.StageMail, Cause: verify.ConnectionClosed}, "", "deferred unreachable", false},
		{verify.Stop{Stage: verify.StageEHLO, Cause: verify.ConnectionClosed, TLS: true}, "", "deferred unreachable", true},
		{verify.Stop{Stage: verify.StageRcpt, Cause: verify.ReplyRefused, Reply: verify.Reply{Code: 550}}, "", "bounced smtp-refused", false},
	} {
		h := judge.NewHost(&rules, "x", verify.Evidence{}, row.turned, 0)
		v := h.Transaction(&verify.Session{Stop: &row.stop}, verify.Encrypted)
		assert.Equal(t, row.want, v.Words(), "%+v", row)
		assert.Equal(t, row.next, v.TryNext, "%+v", row)
	}
}
