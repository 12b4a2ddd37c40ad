package fakemx_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// X-ANONYMOUSTLS is offered only where the word says so, and opens TLS as
// STARTTLS does. What befalls STARTTLS befalls it too, but for its not being
// offered.
func TestXAnonymousTLS(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		faults   []fakemx.Fault
		offers   string // the keywords that open TLS
		starttls string // what the commands are answered with
		x        string
	}{
		{nil, "STARTTLS", "220", "500"},
		{[]fakemx.Fault{fakemx.XAnonymousTLS}, "STARTTLS X-ANONYMOUSTLS", "220", "220"},
		{[]fakemx.Fault{fakemx.NoSTARTTLS, fakemx.XAnonymousTLS}, "X-ANONYMOUSTLS", "502", "220"},
		{[]fakemx.Fault{fakemx.RejectSTARTTLS(454), fakemx.XAnonymousTLS}, "STARTTLS X-ANONYMOUSTLS", "454", "454"},
		{[]fakemx.Fault{fakemx.EHLOLowerCase, fakemx.XAnonymousTLS}, "starttls x-anonymoustls", "220", "220"},
	} {
		cfg, trust := identity(t)
		s := start(t, cfg, tc.faults...)
		var offered []string
		for command, want := range map[string]string{"STARTTLS": tc.starttls, "X-AnonymousTLS": tc.x} {
			c := greeted(t, s)
			offered = nil
			for line := range strings.Lines(c.ask("EHLO client.example")) {
				if word := strings.TrimSpace(line[4:]); strings.HasSuffix(strings.ToUpper(word), "TLS") {
					offered = append(offered, word)
				}
			}
			if want != "500" {
				c.expect(command+" now", map[bool]string{true: "502", false: "501"}[want == "502"])
			}
			c.expect(command, want)
			if want != "220" {
				c.expect("NOOP", "250")
				continue
			}
			require.NoError(t, c.handshake(trust))
			inside := c.ask("EHLO client.example")
			assert.NotContains(t, strings.ToUpper(inside), "X-ANONYMOUSTLS", "%v: inside TLS", tc.faults)
			c.send("one")
			require.NotNil(t, s.Messages()[len(s.Messages())-1].TLS)
		}
		assert.Equal(t, tc.offers, strings.Join(offered, " "), "%v", tc.faults)
	}
}

// Where nothing but the verb of Exchange is offered, what comes behind the 220
// may still go wrong.
func TestXAnonymousTLSAmongOtherWords(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"mx, no-starttls, x-anonymoustls, after-220=close":   "",
		"mx, no-starttls, x-anonymoustls, tls=1.2":           "",
		"mx, no-starttls, after-220=close":                   "after-220=close never happens after no-starttls: keep one of them",
		"no-tls, x-anonymoustls":                             "x-anonymoustls needs a certificate: name one in place of no-tls",
		"mx, starttls=overwritten, x-anonymoustls":           "x-anonymoustls never happens after starttls=overwritten: keep one of them",
		"mx, ehlo=bare, x-anonymoustls":                      "x-anonymoustls never happens after ehlo=bare: keep one of them",
		"mx, no-starttls, x-anonymoustls, starttls=454":      "starttls=454 contradicts no-starttls: keep one of them",
		"mx, x-anonymoustls, x-anonymoustls":                 "x-anonymoustls stands twice: delete one",
		"mx, starttls=close, x-anonymoustls, tls-ehlo=close": "tls-ehlo=close never happens after starttls=close: keep one of them",
	} {
		_, err := fakemx.ParseLine(line)
		if want == "" {
			assert.NoError(t, err, line)
			continue
		}
		var syntax *fakemx.SyntaxError
		require.ErrorAs(t, err, &syntax, line)
		assert.Equal(t, want, syntax.Msg, line)
	}
}
