package world_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/probe"
)

// asked runs a scenario under one mode and gives, by question, what the DNS
// server made of each query; the queries of the probe and of the delivery
// follow each other.
func asked(t *testing.T, lines, mode string) (map[string]string, world.ModeResult) {
	t.Helper()
	s := parse(t, lines)
	w := world.Start(t, s)
	for _, p := range scenarios.Modes() {
		if p.Mode() != mode {
			continue
		}
		r, err := w.Run(t.Context(), []verify.Policy{p})
		require.NoError(t, err)
		require.Empty(t, r.Modes[0].Disagreement())
		all := map[string]string{}
		for _, q := range w.Queries() {
			all[q.Name+" "+q.Type] += " " + q.Net + " " + q.Status
		}
		for q, text := range all {
			all[q] = strings.TrimSpace(text)
		}
		return all, r.Modes[0]
	}
	require.Fail(t, "no claim about "+mode)
	return nil, world.ModeResult{}
}

const oneHost = `
zone: |
  example.com.      0 IN MX 10 mx1.example.com.
  mx1.example.com.  0 IN A  192.0.2.1
certs:
  mx: SAN=mx1.example.com
hosts:
  192.0.2.1: mx
expect:
  esa/6: verified mx mx1.example.com
faults:
`

// What an attempt meets does not depend on who has asked before.
func TestQueriesAreCountedForEachSender(t *testing.T) {
	t.Parallel()
	all, _ := asked(t, oneHost+"  - timeout example.com. MX attempts=1\n  - loss=1/2 mx1.example.com. A\n", "esa/required-verify-hosted-domains")
	assert.Equal(t, "udp TIMEOUT udp NOERROR udp TIMEOUT udp NOERROR", all["example.com MX"], "the probe's queries, the delivery's queries")
	assert.Equal(t, "udp TIMEOUT udp NOERROR udp TIMEOUT udp NOERROR", all["mx1.example.com A"], "the probe's queries, the delivery's queries")
}

// RFC 1035 section 3.2.1: a TTL of 0 lets an answer be used for the transaction
// in progress. The MX names are compared late in it; by then the domain is gone.
func TestAnswersLastForTheDelivery(t *testing.T) {
	t.Parallel()
	all, m := asked(t, oneHost+"  - nxdomain example.com. MX attempts=2-\n", "esa/required-verify-hosted-domains")
	assert.Equal(t, verify.Verified, m.Made.Outcome)
	assert.Equal(t, "udp NOERROR udp NOERROR", all["example.com MX"], "one query of the probe, one of the delivery")
}

// Whatever keeps a sender from an answer ends at the deadline of its clock, and
// costs no time of ours.
func TestUnansweredQueriesEndAtTheirDeadline(t *testing.T) {
	t.Parallel()
	for fault, queries := range map[string]string{
		"timeout example.com. MX":              "udp TIMEOUT udp TIMEOUT",
		"loss=2/3 example.com. MX":             "udp TIMEOUT udp TIMEOUT",
		"edns=timeout example.com. MX":         "udp TIMEOUT udp TIMEOUT",
		"wrong-id example.com. MX":             "udp NOERROR udp NOERROR",
		"wrong-question example.com. MX":       "udp NOERROR udp NOERROR",
		"delay=6s example.com. MX":             "udp NOERROR udp NOERROR",
		"truncate example.com. MX tcp=timeout": "udp NOERROR tcp TIMEOUT udp NOERROR tcp TIMEOUT",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := world.Start(t, parse(t, oneHost+"  - "+fault+"\n"))
			s := w.Sender()
			client := &probe.Client{Dial: s.DialContext, Resolver: w.Resolver(), Now: s.Now}
			start := s.Now()
			answer := client.Lookup(t.Context(), verify.Question{Name: "example.com", Type: "MX"})
			assert.Equal(t, verify.TimeOut, answer.Status)
			assert.Equal(t, probe.QueryTries*probe.QueryTimeout, s.Now().Sub(start), "on the sender's clock")
			var got []string
			for _, q := range w.Queries() {
				got = append(got, q.Net+" "+q.Status)
			}
			assert.Equal(t, queries, strings.Join(got, " "))
			switch {
			case strings.HasPrefix(fault, "wrong-id"):
				assert.Equal(t, []verify.Trouble{verify.OtherID}, answer.Troubles)
			case strings.HasPrefix(fault, "wrong-question"):
				assert.Equal(t, []verify.Trouble{verify.OtherQuestion}, answer.Troubles)
			}
		})
	}
}
