package finding_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/crypto/ocsp"

	"mxlab/verify"
	"mxlab/verify/finding"
)

// The stages of a session: + passed, - failed, . not reached.
func TestStages(t *testing.T) {
	t.Parallel()
	a := authority(t)
	gone := a.host(t, nil)
	stop := func(stage verify.Stage, inTLS bool, cause verify.Cause) func(*verify.Session) {
		return func(s *verify.Session) { s.Stop = &verify.Stop{Stage: stage, TLS: inTLS, Cause: cause} }
	}
	for name, row := range map[string]struct {
		change func(*verify.Session)
		want   string
	}{
		"sound":        {func(*verify.Session) {}, "++++++++"},
		"unreachable":  {stop(verify.StageConnect, false, verify.ConnectionRefused), "-......."},
		"greeting":     {stop(verify.StageGreeting, false, verify.ReplyRefused), "+-......"},
		"EHLO":         {stop(verify.StageEHLO, false, verify.ReplyRefused), "++-....."},
		"no STARTTLS":  {func(s *verify.Session) { s.Offered, s.TLS = false, nil }, "+++-..++"},
		"454":          {func(s *verify.Session) { s.TLS = nil }, "++++.-++"},
		"lost at it":   {func(s *verify.Session) { s.TLS = nil; stop(verify.StageSTARTTLS, false, verify.ConnectionClosed)(s) }, "++++.-.."},
		"handshake":    {func(s *verify.Session) { s.TLS = nil; stop(verify.StageHandshake, false, verify.HandshakeAlert)(s) }, "++++.-.."},
		"chain shown":  {stop(verify.StageHandshake, false, verify.HandshakeFailed), "+++++-.."},
		"EHLO inside":  {stop(verify.StageEHLO, true, verify.ReplyRefused), "+++++-.."},
		"alert inside": {stop(verify.StageEHLO, true, verify.HandshakeAlert), "+++++-.."},
		"MAIL":         {stop(verify.StageMail, true, verify.ReplyRefused), "++++++-."},
		"RCPT":         {stop(verify.StageRcpt, true, verify.ReplyRefused), "+++++++-"},
		"intermediate": {func(s *verify.Session) { s.TLS.Chain = s.TLS.Chain[:1] }, "++++-+++"},
		"revoked":      {func(s *verify.Session) { s.TLS.Chain[0], s.TLS.Staple = gone.Raw, a.sub.OCSP(t, gone, ocsp.Revoked) }, "++++-+++"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := evidence(t, a)
			s := shows(a.leaf(t, nil), a.sub.Raw)
			row.change(s)
			hold(ev, finding.Named(), s)
			assert.Equal(t, row.want, stages(ev))
		})
	}
	assert.Equal(t, "........", stages(evidence(t, a)), "nobody was asked")
}

func stages(ev verify.Evidence) string {
	var b strings.Builder
	for _, s := range finding.Stages(ev) {
		b.WriteString(map[verify.Result]string{verify.Passed: "+", verify.Failed: "-", verify.NotReached: "."}[s.Result])
	}
	return b.String()
}

// A stage took as long as its steps; EHLO belongs to two of them.
func TestStageTimes(t *testing.T) {
	t.Parallel()
	a := authority(t)
	ev := evidence(t, a)
	hold(ev, finding.Named(), shows(a.leaf(t, nil), a.sub.Raw))
	var got []string
	for _, s := range finding.Stages(ev) {
		got = append(got, fmt.Sprint(s.Name, " ", s.Took.Seconds()))
	}
	assert.Equal(t, []string{"connect 1", "allowed 1", "can use 1", "TLS advertised 0", "certificate 0", "TLS negotiated 3", "sender 1", "recipient 1"}, got)
}

// A host that comes to TLS without a server name only is judged by that.
func TestSessionWithoutServerName(t *testing.T) {
	t.Parallel()
	a := authority(t)
	ev := evidence(t, a)
	good := shows(a.leaf(t, nil), a.sub.Raw)
	hold(ev, finding.Named(), &verify.Session{Stop: &verify.Stop{Stage: verify.StageHandshake, Cause: verify.HandshakeAlert}})
	hold(ev, finding.Unnamed(), good)
	assert.Same(t, good, finding.Session(ev))
	assert.Equal(t, "++++++++", stages(ev))
}
