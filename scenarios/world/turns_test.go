package world_test

import (
	"bufio"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// lines reads host lines.
func lines(t *testing.T, list ...string) (all []fakemx.Host) {
	t.Helper()
	for _, l := range list {
		h, err := fakemx.ParseLine(l)
		require.NoError(t, err)
		all = append(all, h)
	}
	return all
}

// TestTurns: the n-th connection of each sender meets the n-th line, whatever
// others did before, and whether or not it came about.
func TestTurns(t *testing.T) {
	t.Parallel()
	const text = "zone: |\n  example.com. 300 IN MX 0 mx1.example.com.\n  mx1.example.com. 300 IN A 192.0.2.1\nhosts:\n  192.0.2.1: no-tls\n"
	for name, row := range map[string]struct {
		host scenarios.Host
		met  []string // by the connections of a sender
	}{
		"attempts": {scenarios.Host{Attempts: lines(t, "no-tls, connect=refused", "no-tls, greeting=421", "no-tls")},
			[]string{"refused", "421", "220", "220"}},
		"share": {scenarios.Host{Share: lines(t, "no-tls", "no-tls", "no-tls, greeting=554")},
			[]string{"220", "220", "554", "220", "220", "554"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := *parse(t, text)
			row.host.Addr = s.Hosts[0].Addr
			row.host.Host = row.host.Lines()[0]
			s.Hosts = []scenarios.Host{row.host}
			w := world.Start(t, &s)
			for range 2 {
				sender := w.Sender()
				var met []string
				for range row.met {
					c, err := sender.DialContext(t.Context(), "tcp", "192.0.2.1:25")
					if err != nil {
						met = append(met, "refused")
						continue
					}
					met = append(met, greeting(t, c))
				}
				assert.Equal(t, row.met, met)
			}
		})
	}
}

func greeting(t *testing.T, c net.Conn) string {
	t.Helper()
	defer c.Close()
	text, err := bufio.NewReader(c).ReadString('\n')
	require.NoError(t, err)
	return text[:3]
}

// TestTurnsAreJudged: a host that is reached by several names, or again in clear
// text, meets a delivery each time with its next line; so it is judged.
func TestTurnsAreJudged(t *testing.T) {
	t.Parallel()
	const text = `
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  example.com.      300 IN MX 20 mx2.example.com.
  example.com.      300 IN MX 30 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
  mx2.example.com.  300 IN A  192.0.2.1
certs:
  mx: SAN=example.com
hosts:
  192.0.2.1:
    attempts:
`
	for lines, want := range map[string]struct{ mode, words string }{
		"mx, rcpt=451\nmx":                            {"esa/5", "verified domain example.com via mx2.example.com"},
		"mx, connect=refused\nmx, no-starttls\nmx":    {"esa/5", "verified domain example.com via mx1.example.com"},
		"mx, rcpt=451\nmx, rcpt=550\nmx":              {"esa/5", "bounced smtp-refused via mx2.example.com"},
		"mx, after-220=close\nmx, greeting=421\nmx":   {"esa/4 after220=clear", "verified domain example.com via mx2.example.com"},
		"mx, after-220=close\nmx\nmx, connect=silent": {"esa/4 after220=clear", "cleartext validation-failure handshake-closed via mx1.example.com"},
	} {
		t.Run(lines, func(t *testing.T) {
			t.Parallel()
			s := parse(t, text+"      - "+strings.ReplaceAll(lines, "\n", "\n      - ")+"\n")
			mode, err := scenarios.ParseMode(want.mode)
			require.NoError(t, err)
			r, err := world.Start(t, s).Run(t.Context(), []verify.Policy{mode})
			require.NoError(t, err)
			assert.Equal(t, want.words, r.Modes[0].Delivery.Words())
			assert.Empty(t, r.Modes[0].Disagreement())
		})
	}
}
