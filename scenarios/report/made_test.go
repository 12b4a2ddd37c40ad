package report_test

import (
	"net/netip"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// twoClaims is a scenario whose results are made up by the tests.
const twoClaims = `title: A host that proves who it is
domain: example.com
zone: |
  example.com.       300 IN MX 10 mx01.example.com.
  mx01.example.com.  300 IN A  192.0.2.1
certs:
  named: SAN=example.com
hosts:
  192.0.2.1: named
expect:
  esa/required-verify: verified domain
  esa/no: cleartext
`

// made gives a result of twoClaims under two modes, as if both claims held:
// beside it stands the golden file, unless it is empty.
func made(t *testing.T, golden string) *world.Result {
	t.Helper()
	files := fstest.MapFS{"made.yaml": {Data: []byte(twoClaims)}}
	if golden != "" {
		files["made.golden"] = &fstest.MapFile{Data: []byte(golden)}
	}
	s, err := scenarios.Load(files, "made.yaml")
	require.NoError(t, err)
	addr := netip.MustParseAddrPort("192.0.2.1:25")
	r := &world.Result{Scenario: s, Assessment: verify.Assessment{
		Evidence: verify.Evidence{Domain: "example.com"},
		Hops:     []verify.Hop{{Host: "mx01.example.com", Preference: 10, Addr: addr}},
	}}
	rule := &verify.Rule{ID: "test/rule", Text: "a rule", Source: "RFC 9525 section 6.3", Certainty: verify.Documented}
	for _, v := range []verify.Verdict{
		{Mode: "esa/no", Outcome: verify.Cleartext},
		{Mode: "esa/required-verify", Outcome: verify.Verified, Match: "domain example.com", Checks: []verify.Check{{
			Rule: rule, Kind: verify.RefDomain, Reference: "example.com", From: verify.DNSID,
			Presented: []string{"example.com"}, Matched: "example.com", Result: verify.Match}}},
	} {
		p, err := scenarios.ParseMode(v.Mode)
		require.NoError(t, err)
		v.Host, v.Addr, v.Decided, v.Certainty = "mx01.example.com", addr, []*verify.Rule{rule}, verify.Documented
		d := verify.Settle([]verify.Verdict{v})
		m := world.ModeResult{Assessed: verify.Assessed{Policy: p, Verdicts: []verify.Verdict{v}, Delivery: d}, Made: d,
			Arrivals: []world.Arrival{{Host: addr.Addr(), TLS: v.Outcome != verify.Cleartext}}}
		for _, c := range s.Expect {
			if c.Mode == v.Mode {
				m.Claims = append(m.Claims, c)
			}
		}
		r.Modes = append(r.Modes, m)
		r.Assessment.Modes = append(r.Assessment.Modes, m.Assessed)
	}
	return r
}

// runOf makes a run of results whose goldens are compared.
func runOf(results ...*world.Result) report.Run {
	var r report.Run
	for _, m := range results[0].Modes {
		r.Modes = append(r.Modes, m.Policy)
	}
	for _, one := range results {
		r.Results = append(r.Results, report.Ran{Result: one, Golden: report.CompareGolden(one)})
	}
	return r
}

// refused makes the second mode of a result come to something else than
// claimed.
func refused(r *world.Result) *world.Result {
	m := &r.Modes[1]
	v := m.Verdicts[0]
	v.Outcome, v.Reason, v.Match, v.TryNext, v.Certainty = verify.Deferred, verify.CertificateHostMismatch, "", true, verify.Inferred
	v.Checks = append([]verify.Check(nil), v.Checks...)
	v.Said = verify.Saying{Text: "4.7.5 <refused>", Source: "a queue", Certainty: verify.Recalled}
	v.Checks[0].Result, v.Checks[0].Matched, v.Checks[0].Why = verify.NoMatch, "", "other name"
	m.Verdicts = []verify.Verdict{v}
	m.Delivery = verify.Settle(m.Verdicts)
	m.Made, m.Arrivals = m.Delivery, nil
	r.Assessment.Modes[1] = m.Assessed
	return r
}
