package world

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

// TestLateSilence: a silence that is told of a connection that is gone is not
// kept for the next one between the same two ends.
func TestLateSilence(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("one.yaml", "one", []byte("title: One host\ndomain: example.com\nzone: |\n  example.com. 300 IN MX 0 .\n"))
	require.NoError(t, err)
	w, err := New(s, time.Time{}, InMemory())
	require.NoError(t, err)
	defer w.Close()
	server, peer := place(1), place(2)
	var far *pipe
	open := func() net.Conn {
		c, err := w.open(t.Context(), w.Sender(), "tcp", server.String(), func(context.Context, string, string) (net.Conn, error) {
			var near *pipe
			near, far = newPipe(peer, server)
			return near, nil
		})
		require.NoError(t, err)
		require.NoError(t, c.SetDeadline(w.now.Add(time.Minute)))
		return c
	}

	first := open()
	w.silent(server.String(), peer, 0)
	_, err = first.Read(make([]byte, 1))
	assertTimedOut(t, err)
	require.NoError(t, first.Close())

	w.silent(server.String(), peer, 0) // too late
	second := open()
	_, err = far.Write([]byte("x"))
	require.NoError(t, err)
	_, err = second.Read(make([]byte, 1))
	assert.NoError(t, err)
	require.NoError(t, second.Close())
}

// TestSilenceBeforeTheLine: a server may fall silent before its client knows
// its own end of the connection.
func TestSilenceBeforeTheLine(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("one.yaml", "one", []byte("title: One host\ndomain: example.com\nzone: |\n  example.com. 300 IN MX 0 .\n"))
	require.NoError(t, err)
	w, err := New(s, time.Time{}, InMemory())
	require.NoError(t, err)
	defer w.Close()
	server, peer := place(1), place(2)
	told := make(chan struct{})
	c, err := w.open(t.Context(), w.Sender(), "tcp", server.String(), func(context.Context, string, string) (net.Conn, error) {
		go func() {
			w.silent(server.String(), peer, 0)
			close(told)
		}()
		near, _ := newPipe(peer, server)
		return near, nil
	})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.SetDeadline(w.now.Add(time.Minute)))
	<-told
	_, err = c.Read(make([]byte, 1))
	assertTimedOut(t, err)
}

func assertTimedOut(t *testing.T, err error) {
	t.Helper()
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout(), "%v is no time-out", err)
}
