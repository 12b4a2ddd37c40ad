package world_test

import (
	"bufio"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// slow makes a world with one host that has a fault.
func slow(t *testing.T, fault string, options ...world.Option) *world.World {
	t.Helper()
	s, err := scenarios.Parse("slow.yaml", "slow", []byte(`title: slow
domain: example.com
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
hosts:
  192.0.2.1: no-tls, `+fault+`
expect:
  esa/no: cleartext
`))
	require.NoError(t, err)
	w, err := world.New(s, world.Now, options...)
	require.NoError(t, err)
	t.Cleanup(w.Close)
	return w
}

// What a host holds back comes when the sender's clock has moved so far, and
// not at all when that is beyond the deadline. Nobody waits.
func TestLateHostMovesTheClock(t *testing.T) {
	t.Parallel()
	const limit = 5 * time.Minute
	for _, options := range [][]world.Option{nil, {world.InMemory()}} {
		for _, tc := range []struct {
			fault    string
			greeting time.Duration // 0: it never comes
			reply    time.Duration
		}{
			{"greeting-delay=40s", 40 * time.Second, 40 * time.Second},
			{"greeting-delay=4m59s", 299 * time.Second, 299 * time.Second},
			{"greeting-delay=5m", 0, 0},
			{"latency=30s", 30 * time.Second, time.Minute},
			{"tarpit=2m", 0 + time.Nanosecond, 2 * time.Minute},
			{"tarpit=5m", time.Nanosecond, 0},
			{"bandwidth=1", time.Duration(len("220 mx1.example.com ESMTP Service Ready\r\n")) * time.Second,
				time.Duration(len("220 mx1.example.com ESMTP Service Ready\r\n250 2.0.0 I have successfully done nothing\r\n")) * time.Second},
			{"latency=2m, bandwidth=1", 161 * time.Second, 325 * time.Second},
			{"latency=4m30s, bandwidth=1", 0, 0},
		} {
			sender := slow(t, tc.fault, options...).Sender()
			begin := sender.Now()
			conn, err := sender.DialContext(t.Context(), "tcp", "192.0.2.1:25")
			require.NoError(t, err)
			defer conn.Close()
			r := bufio.NewReader(conn)
			step := func(want time.Duration, what string) bool {
				asked := sender.Now()
				require.NoError(t, conn.SetDeadline(asked.Add(limit)))
				_, err := r.ReadString('\n')
				if want == 0 {
					assertTimeout(t, err)
					assert.Equal(t, limit, sender.Now().Sub(asked), "%s: %s: the clock stands at the deadline", tc.fault, what)
					return false
				}
				require.NoError(t, err, "%s: %s", tc.fault, what)
				assert.Equal(t, want.Truncate(time.Second), sender.Now().Sub(begin), "%s: %s", tc.fault, what)
				return true
			}
			if step(tc.greeting, "greeting") {
				_, err = conn.Write([]byte("NOOP\r\n"))
				require.NoError(t, err)
				step(tc.reply, "reply")
			}
		}
	}
}
