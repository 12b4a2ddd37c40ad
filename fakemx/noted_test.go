package fakemx_test

import (
	"net/smtp"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// A host tells each entry as it is made, and each message that it took; one that
// forgets has told as much.
func TestNotedAndTook(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]bool{"keeps": false, "forgets": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, trust := identity(t)
			var mu sync.Mutex
			records := map[int][]fakemx.Session{}
			var messages []fakemx.Message
			s := &fakemx.Server{TLSConfig: cfg, Forget: forget,
				Noted: func(i int, record fakemx.Session) {
					mu.Lock()
					defer mu.Unlock()
					records[i] = append(records[i], record)
				},
				Took: func(m fakemx.Message) {
					mu.Lock()
					defer mu.Unlock()
					messages = append(messages, m)
				}}
			require.NoError(t, s.Start())
			t.Cleanup(s.Close)
			require.NoError(t, deliver(s, trust))
			c, err := smtp.Dial(s.Addr())
			require.NoError(t, err)
			require.NoError(t, c.Quit())
			kept, sessions := s.Messages(), s.Sessions()
			s.Close()

			require.Len(t, records, 2)
			for i, all := range records {
				lines := 0
				for j, r := range all {
					assert.Equal(t, j == len(all)-1, r.Done, "entry %d of session %d", j, i)
					assert.GreaterOrEqual(t, len(r.Transcript), lines, "session %d lost a line", i)
					lines = len(r.Transcript)
				}
			}
			whole := records[0][len(records[0])-1]
			assert.NotNil(t, whole.TLS)
			assert.True(t, slices.ContainsFunc(whole.Transcript, func(l fakemx.Line) bool { return l.Client && l.TLS && l.Text == "." }), whole.Transcript)
			require.Len(t, messages, 1)
			assert.Equal(t, 0, messages[0].Session)
			if forget {
				assert.Empty(t, kept)
				assert.Empty(t, s.Sessions())
				return
			}
			assert.Equal(t, messages, kept)
			assert.Len(t, sessions, 2)
		})
	}
}

// A message whose 250 was never written was not taken, and is not told.
func TestTookIsNotToldOfALostMessage(t *testing.T) {
	t.Parallel()
	for _, f := range []fakemx.Fault{fakemx.Reject(fakemx.AtDot, 451), fakemx.Fail(fakemx.AtDot, fakemx.Close)} {
		s := &fakemx.Server{Faults: []fakemx.Fault{f}, Took: func(m fakemx.Message) { t.Errorf("%s: %v was told", f, m) }}
		require.NoError(t, s.Start())
		require.Error(t, deliver(s, nil), f)
		s.Close()
	}
}
