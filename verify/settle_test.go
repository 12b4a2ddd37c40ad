package verify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// TestSettle: the first host that takes the message or refuses it for good
// decides; else it is queued as long as any failure may pass.
func TestSettle(t *testing.T) {
	t.Parallel()
	sent := verify.Verdict{Host: "good", Outcome: verify.Verified, Match: "domain example.com", Certainty: verify.Documented}
	weak := verify.Verdict{Host: "weak", Outcome: verify.Encrypted, Reason: verify.CertificateExpired, Certainty: verify.Inferred}
	left := verify.Verdict{Host: "left", Outcome: verify.Deferred, Reason: verify.Unreachable, TryNext: true, Certainty: verify.Recalled}
	later := verify.Verdict{Host: "later", Outcome: verify.Deferred, Reason: verify.STARTTLSNotSupported, Detail: verify.Refused, TryNext: true, Certainty: verify.Documented}
	gone := verify.Verdict{Host: "gone", Outcome: verify.Bounced, Reason: verify.DNSNXDomain, TryNext: true, Certainty: verify.Documented}
	kept := verify.Rule{ID: "kept", Certainty: verify.Inferred}
	portal, queue := later, later
	portal.Portal, portal.Diverts = &kept, true
	queue.Portal = &kept
	refused := verify.Verdict{Host: "refused", Outcome: verify.Bounced, Reason: verify.SMTPRefused, Certainty: verify.Documented}
	rows := []struct {
		name     string
		verdicts []verify.Verdict
		want     string
		tried    int
		weakest  verify.Certainty
	}{
		{"the first host takes it", []verify.Verdict{sent, left}, "verified domain example.com via good", 1, verify.Documented},
		{"the second takes it", []verify.Verdict{left, sent}, "verified domain example.com via good", 2, verify.Recalled},
		{"the weakest rule on the way counts", []verify.Verdict{left, weak}, "encrypted certificate-expired via weak", 2, verify.Inferred},
		{"none takes it: the last one's reason", []verify.Verdict{left, later}, "deferred starttls-not-supported refused via later", 2, verify.Recalled},
		{"refused for good", []verify.Verdict{left, refused, sent}, "bounced smtp-refused via refused", 2, verify.Recalled},
		{"one host has no address, another may come back", []verify.Verdict{left, gone}, "deferred unreachable via left", 2, verify.Recalled},
		{"the same in the other order", []verify.Verdict{gone, left}, "deferred unreachable via left", 2, verify.Recalled},
		{"the portal takes what TLS kept from the last host", []verify.Verdict{left, portal}, "diverted starttls-not-supported refused via later", 2, verify.Inferred},
		{"by a rule that keeps it out of the portal", []verify.Verdict{queue}, "deferred starttls-not-supported refused via later", 1, verify.Inferred},
		{"the last host failed for another reason", []verify.Verdict{portal, left}, "deferred unreachable via left", 2, verify.Recalled},
		{"another host takes it", []verify.Verdict{portal, sent}, "verified domain example.com via good", 2, verify.Documented},
		{"a host that has no address decides nothing", []verify.Verdict{portal, gone}, "diverted starttls-not-supported refused via later", 2, verify.Inferred},
		{"no host has an address", []verify.Verdict{gone, gone}, "bounced dns-nxdomain via gone", 2, verify.Documented},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d := verify.Settle(row.verdicts)
			assert.Equal(t, row.want, d.Words())
			assert.Equal(t, row.tried, d.Tried)
			assert.Equal(t, row.weakest, d.Certainty)
		})
	}
}

// TestPathReason: not trusted, dates, revoked, usage; among equals the fault
// nearest the leaf.
func TestPathReason(t *testing.T) {
	t.Parallel()
	rows := []struct {
		faults []pkix.Kind
		want   string
	}{
		{[]pkix.Kind{pkix.Expired, pkix.UnknownCA}, "certificate-not-trusted unknown-ca"},
		{[]pkix.Kind{pkix.Usage, pkix.NotYetValid}, "validation-failure not-yet-valid"},
		{[]pkix.Kind{pkix.NotYetValid, pkix.Expired}, "validation-failure not-yet-valid"},
		{[]pkix.Kind{pkix.Revoked, pkix.Expired}, "certificate-expired"},
		{[]pkix.Kind{pkix.Usage, pkix.Revoked}, "validation-failure revoked"},
		{[]pkix.Kind{pkix.Usage}, "validation-failure wrong-usage"},
		{[]pkix.Kind{pkix.SelfSigned}, "certificate-not-trusted self-signed"},
	}
	for _, row := range rows {
		p := &pkix.Path{}
		for i, k := range row.faults {
			p.Faults = append(p.Faults, pkix.Fault{Kind: k, Depth: i})
		}
		reason, detail := verify.PathReason(p)
		v := verify.Verdict{Reason: reason, Detail: detail}
		assert.Equal(t, " "+row.want, v.Words(), "%v", row.faults)
	}
	for _, k := range pkix.Kinds() {
		reason, _ := verify.PathReason(&pkix.Path{Faults: []pkix.Fault{{Kind: k}}})
		assert.Contains(t, verify.Reasons(), reason, "%s", k)
	}
}

// TestOutcomes: only the first three are sent.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for i, o := range verify.Outcomes() {
		assert.Equal(t, i < 3, o.Sent(), "%s", o)
	}
	assert.False(t, verify.Outcome("").Sent())
}
