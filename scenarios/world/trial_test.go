package world_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// trialZone is a domain whose only host a test puts behind it.
const trialZone = "zone: |\n  example.com. 300 IN MX 10 mx1.example.com.\n  mx1.example.com. 300 IN A 192.0.2.1\n"

// TestEveryFaultIsJudged: whatever one word makes of a host, and wherever in the
// dialogue it strikes, the delivery comes to what is judged.
func TestEveryFaultIsJudged(t *testing.T) {
	t.Parallel()
	words := append(fakemx.Vocabulary()[1:], "data=421", "dot=421", "dot=554", "tarpit=3m", "latency=3m")
	for n := 100; n < 500; n += 7 { // in clear text, from the reply to EHLO to that to QUIT
		words = append(words, fmt.Sprintf("no-starttls, reset-after=%d", n))
	}
	for _, word := range words {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			agrees(t, "certs:\n  mx: SAN=example.com\nhosts:\n  192.0.2.1: mx, "+word+"\n")
		})
	}
}

// TestScriptIsJudged: so it is with a script that has a word for DATA.
func TestScriptIsJudged(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"<- 451 later", "<- 554 never", "close", "silent",
		"<- 354 go on\nmessage\n<- 250 taken", "<- 354 go on\nmessage\n<- 554 never", "<- 354 go on\nmessage\nclose", "<- 354 go on\nmessage\nsilent",
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			agrees(t, "hosts:\n  192.0.2.1:\n    cert: no-tls\n    script: |\n      -> DATA\n      "+strings.ReplaceAll(answer, "\n", "\n      ")+"\n")
		})
	}
}

// agrees plays a world with one host under all modes.
func agrees(t *testing.T, host string) {
	t.Helper()
	s := parse(t, trialZone+host)
	w := world.Start(t, s)
	r, err := w.Run(t.Context(), world.Policies(s, scenarios.Modes()))
	require.NoError(t, err)
	for _, m := range r.Modes {
		assert.Empty(t, m.Disagreement(), m.Policy.Mode())
	}
}

// TestProbesMessage: a probe sends a message where a host may fail behind RCPT,
// and nowhere else; it is nobody's arrival.
func TestProbesMessage(t *testing.T) {
	t.Parallel()
	for line, subjects := range map[string][]string{
		"no-tls":             {"esa/no"},
		"no-tls, tarpit=20s": {"probe", "esa/no"},
		"no-tls, dot=451":    nil,
	} {
		s := parse(t, trialZone+"hosts:\n  192.0.2.1: "+line+"\n")
		w := world.Start(t, s)
		mode, err := scenarios.ParseMode("esa/no")
		require.NoError(t, err)
		r, err := w.Run(t.Context(), s.Policies([]verify.Policy{mode}))
		require.NoError(t, err)
		assert.Empty(t, r.Modes[0].Disagreement(), line)
		var told []string
		for _, m := range w.Messages() {
			_, subject, _ := strings.Cut(string(m.Data), "Subject: ")
			subject, _, _ = strings.Cut(subject, "\r\n")
			told = append(told, subject)
		}
		assert.Equal(t, subjects, told, line)
	}
}
