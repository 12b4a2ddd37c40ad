package netns

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/world"
)

// logged is a Witness of the log.
type logged struct{ lines []string }

func (*logged) Asked(fakedns.Query)                   {}
func (*logged) Noted(netip.Addr, int, fakemx.Session) {}
func (*logged) Took(netip.Addr, fakemx.Message)       {}
func (*logged) Fetched(world.Fetch)                   {}
func (l *logged) Logged(line string) {
	if line == "nothing" {
		for range 100_000 {
			runtime.Gosched() // a witness that takes its time
		}
	}
	l.lines = append(l.lines, line)
}

// Everything that was written before the end is told, also when a program has
// taken the socket's place.
func TestSystemLog(t *testing.T) {
	t.Parallel()
	path, w := filepath.Join(t.TempDir(), "log"), new(logged)
	l, err := listenToLog(path, w)
	require.NoError(t, err)
	c, err := net.Dial("unixgram", path)
	require.NoError(t, err)
	defer c.Close()
	for _, line := range []string{"<22>Nov 21 09:05:01 postfix/smtp[7]: ready", "<5>root: priority alone", "<1>Nov  1 09:05:01 x: y", "nothing"} {
		_, err := c.Write([]byte(line))
		require.NoError(t, err)
	}
	require.NoError(t, os.Remove(path))
	l.Close()
	assert.Equal(t, []string{"postfix/smtp[7]: ready", "root: priority alone", "x: y", "nothing"}, w.lines)
}
