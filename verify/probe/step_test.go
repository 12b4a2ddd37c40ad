package probe

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// Each step has the time that passed by the client's clock while it was made,
// also the one at which the session ended.
func TestSteps(t *testing.T) {
	t.Parallel()
	c := hosted(t, func(h *host) {
		h.untilSTARTTLS()
		h.startTLS(&tls.Config{Certificates: []tls.Certificate{certificate()}})
		scripted("C* EHLO sender.example\nS* 250 mx.example\nC* MAIL FROM:<probe@sender.example>\nS* 550 no\nC* QUIT\nS* 221 bye\n")(h)
	})
	now := time.Now().Add(time.Hour) // so that no deadline passes by the real clock
	c.Now = func() time.Time {       // each look at the clock takes a second
		now = now.Add(time.Second)
		return now
	}
	s := session(t, c)
	var stages []string
	for _, step := range s.Steps {
		at := string(step.Stage)
		if step.TLS {
			at += " in TLS"
		}
		stages = append(stages, at)
		assert.Positive(t, step.Took, at)
	}
	assert.Equal(t, []string{"connect", "greeting", "EHLO", "STARTTLS", "handshake", "EHLO in TLS", "MAIL in TLS"}, stages)
	assert.Equal(t, time.Second, s.Steps[0].Took, "nothing but the connection looks at the clock")
}

// A host that takes what was said behind STARTTLS for said inside TLS answers
// once too often; one that forgets it does not.
func TestCommandBehindSTARTTLS(t *testing.T) {
	t.Parallel()
	const clear = `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: STARTTLS
C: NOOP
`
	for _, row := range []struct {
		name, script, stop string
		executed           bool
	}{
		{"forgotten", "S: 220 go ahead\nC* EHLO sender.example\nS* 250-mx.example\nS* 250 SIZE\nC* QUIT\nS* 221 bye\n", "none", false},
		{"executed", "S: 220 go ahead\nS* 250 noop done\nC* EHLO sender.example\nS* 250-mx.example\nS* 250 SIZE\nC* QUIT\nS* 221 bye\n", "none", true},
		{"greets once more", "S: 220 go ahead\nS* 220 mx.example\nC* EHLO sender.example\nS* 250-mx.example\nS* 250 SIZE\nC* QUIT\nS* 221 bye\n", "none", false},
		{"QUIT is answered in another way", "S: 220 go ahead\nC* EHLO sender.example\nS* 250 mx.example\nC* QUIT\nS* 250 bye\n", "none", false},
		{"both are refused", "S: 554 5.5.0 synchronization error\nC: QUIT\nS: 221 bye\n", "STARTTLS reply 554", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hello := overTLS
			hello.Behind = "NOOP"
			c := hosted(t, scripted(clear+row.script))
			s := c.Session(t.Context(), verify.SessionKey{Addr: somewhere, Hello: hello}, "example.com")
			assert.Equal(t, row.stop, short(s.Stop))
			assert.Equal(t, row.executed, s.Executed, "Executed")
			require.NotEmpty(t, s.Dialogue)
			assert.NotContains(t, told(s.Dialogue), "MAIL", "nothing more is asked")
		})
	}
}
