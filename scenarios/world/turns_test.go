package world_test

import (
	"bufio"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
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
