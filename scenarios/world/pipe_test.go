package world

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// connected gives both ends of a connection of a memory network.
func connected(t *testing.T) (near, far net.Conn) {
	t.Helper()
	m := new(memory)
	l, err := m.listen()
	require.NoError(t, err)
	accepted := make(chan net.Conn)
	go func() {
		c, _ := l.Accept()
		accepted <- c
	}()
	near, err = m.dial(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	far = <-accepted
	require.NotNil(t, far)
	assert.Equal(t, near.LocalAddr(), far.RemoteAddr())
	assert.Equal(t, l.Addr(), near.RemoteAddr())
	t.Cleanup(func() { near.Close(); far.Close(); l.Close() })
	return near, far
}

func TestPipeHoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	near, far := connected(t)
	_, err := near.Write([]byte("before anybody reads"))
	require.NoError(t, err)
	require.NoError(t, near.(*pipe).CloseWrite())
	got, err := io.ReadAll(far)
	require.NoError(t, err)
	assert.Equal(t, "before anybody reads", string(got))

	_, err = far.Write([]byte("the other direction is open"))
	require.NoError(t, err)
	require.NoError(t, far.Close())
	got, err = io.ReadAll(near)
	require.NoError(t, err)
	assert.Equal(t, "the other direction is open", string(got))
}

// A reset is told behind what was written, and is not taken for the end.
func TestPipeResets(t *testing.T) {
	t.Parallel()
	near, far := connected(t)
	_, err := near.Write([]byte("x"))
	require.NoError(t, err)
	require.NoError(t, near.(*pipe).SetLinger(0))
	require.NoError(t, near.Close())
	got, err := io.ReadAll(far)
	assert.Equal(t, "x", string(got))
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	_, err = far.Write([]byte("x"))
	assert.ErrorIs(t, err, syscall.EPIPE)
}

func TestPipeDoesNotGrow(t *testing.T) {
	t.Parallel()
	near, far := connected(t)
	sent := bytes.Repeat([]byte("0123456789"), maxBuffered/2)
	var writing sync.WaitGroup
	writing.Go(func() {
		_, err := near.Write(sent)
		assert.NoError(t, err)
		near.Close()
	})
	var got []byte
	for block := make([]byte, 4096); ; {
		n, err := far.Read(block)
		got = append(got, block[:n]...)
		held := far.(*pipe).in
		held.mu.Lock()
		assert.LessOrEqual(t, len(held.held), maxBuffered)
		held.mu.Unlock()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
	writing.Wait()
	assert.True(t, bytes.Equal(sent, got), "%d octets were read of %d", len(got), len(sent))
}

func TestPipeEnds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		do   func(near, far net.Conn)
		read error // of near
	}{
		"read of an end that is closed": {func(near, _ net.Conn) { near.Close() }, net.ErrClosed},
		"read of a peer that closed":    {func(_, far net.Conn) { far.Close() }, io.EOF},
		"deadline that has passed":      {func(near, _ net.Conn) { near.SetDeadline(past) }, os.ErrDeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			near, far := connected(t)
			result := make(chan error)
			go func() {
				_, err := near.Read(make([]byte, 1))
				result <- err
			}()
			row.do(near, far)
			assert.ErrorIs(t, <-result, row.read)
		})
	}

	t.Run("deadline ahead, or taken back", func(t *testing.T) {
		t.Parallel()
		near, far := connected(t)
		require.NoError(t, near.SetReadDeadline(past))
		_, err := near.Read(make([]byte, 1))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.NoError(t, near.SetReadDeadline(past.Add(time.Second)))
		_, err = far.Write([]byte("x"))
		require.NoError(t, err)
		_, err = near.Read(make([]byte, 1))
		assert.NoError(t, err)
	})

	t.Run("write to a peer that is gone", func(t *testing.T) {
		t.Parallel()
		near, far := connected(t)
		require.NoError(t, far.Close())
		_, err := near.Write([]byte("x"))
		assert.ErrorIs(t, err, syscall.EPIPE)
		_, err = far.Write([]byte("x"))
		assert.ErrorIs(t, err, net.ErrClosed)
	})

	t.Run("writer that waits for a peer that goes", func(t *testing.T) {
		t.Parallel()
		near, far := connected(t)
		result := make(chan error)
		go func() {
			_, err := near.Write(make([]byte, maxBuffered+1))
			result <- err
		}()
		far.Close()
		assert.ErrorIs(t, <-result, syscall.EPIPE)
	})
}

func TestMemoryRefuses(t *testing.T) {
	t.Parallel()
	m := new(memory)
	_, err := m.dial(t.Context(), "tcp", "memory:7")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)

	l, err := m.listen()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.dial(ctx, "tcp", l.Addr().String()) // nobody accepts
	assert.ErrorIs(t, err, context.Canceled)

	require.NoError(t, l.Close())
	require.NoError(t, l.Close(), "closed twice")
	_, err = l.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)
	_, err = m.dial(t.Context(), "tcp", l.Addr().String())
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
}
