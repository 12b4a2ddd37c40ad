package netns

import (
	"bytes"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every signal arrives, also the one with the number of a line's end, and the
// end of the pipe is told.
func TestFollow(t *testing.T) {
	t.Parallel()
	sent := errand{Single: true, Spare: []spare{{Path: "/var/log", Mode: 0o755, UID: 1}}}
	var pipe bytes.Buffer
	require.NoError(t, sent.send(&pipe))
	pipe.Write([]byte{byte(syscall.SIGTERM), 10, byte(syscall.SIGHUP)})
	// In one piece, and octet by octet.
	for _, r := range []io.Reader{bytes.NewReader(pipe.Bytes()), slow{bytes.NewReader(pipe.Bytes())}} {
		got, signals, err := follow(r)
		require.NoError(t, err)
		assert.Equal(t, sent, got)
		var all []syscall.Signal
		for s := range signals {
			all = append(all, s)
		}
		assert.Equal(t, []syscall.Signal{syscall.SIGTERM, 10, syscall.SIGHUP}, all)
	}
	_, _, err := follow(strings.NewReader("{"))
	require.Error(t, err, "the process outside ended while it spoke")
}

// slow reads one octet at a time.
type slow struct{ io.Reader }

func (s slow) Read(b []byte) (int, error) { return s.Reader.Read(b[:min(1, len(b))]) }
