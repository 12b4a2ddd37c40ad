package judge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/pkix"
)

func rule(id string) *verify.Rule { return &verify.Rule{ID: id} }

// TestPath: the parts of a path are looked at in the order of reasons, and the
// first that fails decides. A sender without rules of revocation does not look
// at it.
func TestPath(t *testing.T) {
	t.Parallel()
	whole := judge.PathRules{Trust: rule("trust"), Dates: rule("dates"), Revoked: rule("revoked"), Offline: rule("offline"), Usage: rule("usage")}
	none := whole
	none.Revoked, none.Offline = nil, nil
	for _, row := range []struct {
		name    string
		faults  []pkix.Kind
		rules   judge.PathRules
		turned  string
		checks  []string
		decided string
		reason  verify.Reason
		detail  verify.Detail
	}{
		{"a valid path", nil, whole, "", []string{"trust passed", "dates passed", "found skipped", "revoked passed", "offline passed", "usage passed"}, "", "", ""},
		{"revoked", []pkix.Kind{pkix.Revoked}, whole, "", []string{"trust passed", "dates passed", "found skipped", "revoked failed", "offline passed", "usage passed"}, "revoked", verify.ValidationFailure, "revoked"},
		{"offline", []pkix.Kind{pkix.RevocationOffline, pkix.Usage}, whole, "", []string{"trust passed", "dates passed", "found skipped", "revoked passed", "offline failed", "usage failed"}, "offline", verify.ValidationFailure, "revocation-offline"},
		{"offline here, revoked there", []pkix.Kind{pkix.RevocationOffline, pkix.Revoked}, whole, "", []string{"trust passed", "dates passed", "found skipped", "revoked failed", "offline failed", "usage passed"}, "revoked", verify.ValidationFailure, "revoked"},
		{"expired and revoked", []pkix.Kind{pkix.Revoked, pkix.Expired}, whole, "", []string{"trust passed", "dates failed", "found skipped", "revoked failed", "offline passed", "usage passed"}, "dates", verify.CertificateExpired, ""},
		{"without rules of revocation", nil, none, "", []string{"trust passed", "dates passed", "usage passed"}, "", "", ""},
		{"revoked turned round", nil, whole, "revoked", []string{"trust passed", "dates passed", "found skipped", "revoked failed", "offline passed", "usage passed"}, "revoked", verify.ValidationFailure, ""},
		{"offline turned round", []pkix.Kind{pkix.RevocationOffline}, whole, "offline", []string{"trust passed", "dates passed", "found skipped", "revoked passed", "offline passed", "usage passed"}, "", "", ""},
	} {
		p := &pkix.Path{}
		for i, k := range row.faults {
			p.Faults = append(p.Faults, pkix.Fault{Kind: k, Depth: i})
		}
		h := judge.NewHost(&judge.Rules{}, "x", verify.Evidence{}, row.turned, 0)
		reason, detail := h.Path(p, row.rules, verify.Check{Rule: rule("found"), Result: verify.Skipped})
		var checks []string
		for _, c := range h.Verdict.Checks {
			checks = append(checks, c.Rule.ID+" "+string(c.Result))
		}
		decided := ""
		for _, r := range h.Verdict.Decided {
			decided += r.ID
		}
		assert.Equal(t, row.checks, checks, row.name)
		assert.Equal(t, row.decided, decided, row.name)
		assert.Equal(t, row.reason, reason, row.name)
		assert.Equal(t, row.detail, detail, row.name)
	}
}
