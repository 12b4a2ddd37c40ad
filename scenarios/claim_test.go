package scenarios_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/scenarios"
	"mxlab/verify"
)

func TestClaimHolds(t *testing.T) {
	t.Parallel()
	mismatch := verify.Delivery{Outcome: verify.Deferred, Reason: verify.CertificateHostMismatch, Via: "mx02.example.com"}
	refused := verify.Delivery{Outcome: verify.Deferred, Reason: verify.STARTTLSNotSupported, Detail: verify.Refused, Via: "mx02.example.com"}
	byPTR := verify.Delivery{Outcome: verify.Verified, Match: "ptr mx0a.emailhosted.not", Via: "mx01.example.com"}
	nowhere := verify.Delivery{Outcome: verify.Bounced, Reason: verify.NullMX}
	for _, c := range []struct {
		claim string
		is    verify.Delivery
		want  bool
	}{
		{"deferred", mismatch, true},
		{"deferred certificate-host-mismatch", mismatch, true},
		{"deferred certificate-host-mismatch via mx02.example.com", mismatch, true},
		{"deferred via mx02.example.com", mismatch, true},
		{"deferred via mx01.example.com", mismatch, false},
		{"deferred certificate-host-mismatch via mx02.example", mismatch, false},
		{"deferred certificate-host", mismatch, false},
		{"bounced", mismatch, false},
		{"deferred certificate-expired", mismatch, false},
		{"deferred starttls-not-supported", refused, true},
		{"deferred starttls-not-supported refused", refused, true},
		{"deferred starttls-not-supported not-offered", refused, false},
		{"deferred starttls-not-supported via mx02.example.com", refused, true},
		{"verified", byPTR, true},
		{"verified ptr", byPTR, true},
		{"verified ptr mx0a.emailhosted.not", byPTR, true},
		{"verified ptr mx0a.emailhosted.not via mx01.example.com", byPTR, true},
		{"verified ptr mx0b.emailhosted.not", byPTR, false},
		{"verified mx", byPTR, false},
		{"bounced null-mx", nowhere, true},
		{"bounced null-mx via mx01.example.com", nowhere, false},
		{"bounced via", nowhere, false},
		{"bounced null-mx via", verify.Delivery{Outcome: verify.Bounced, Reason: verify.NullMX, Via: "mx01.example.com"}, false},
		{"", nowhere, false},
	} {
		claim := scenarios.Claim{Words: strings.Fields(c.claim)}
		assert.Equal(t, c.want, claim.Holds(c.is), "does the claim %q hold of %q?", c.claim, c.is.Words())
	}
}
