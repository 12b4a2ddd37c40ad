package world_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/probe"
)

// quiet has a host or a name for each way to be kept waiting.
const quiet = `
zone: |
  example.com.         300 IN MX 10 mute.example.com.
  mute.example.com.    300 IN A  192.0.2.1
  late.example.com.    300 IN A  192.0.2.1
  later.example.com.   300 IN A  192.0.2.1
  never.example.com.   300 IN A  192.0.2.1
certs:
  mx: SAN=example.com
hosts:
  192.0.2.1: mx, greeting=silent
  192.0.2.2: mx, after-220=silent
  192.0.2.3: mx
  192.0.2.4: mx, connect=silent
  192.0.2.5: mx, connect=refused
faults:
  - delay=2s late.example.com. A
  - delay=1m later.example.com. A
  - timeout never.example.com. A
`

func dial(t *testing.T, s *world.Sender, address string) net.Conn {
	t.Helper()
	c, err := s.DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// assertTimeout holds an error against what net says of a deadline.
func assertTimeout(t *testing.T, err error) {
	t.Helper()
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var timeout net.Error
	assert.True(t, errors.As(err, &timeout) && timeout.Timeout(), "%v is no time-out of package net", err)
}

// elapsed is how far a sender's clock has moved.
func elapsed(s *world.Sender) time.Duration { return s.Now().Sub(world.Now) }

// A host that will say nothing more fails the sender's read at once, as if the
// deadline had passed; nobody else has waited.
func TestSilenceMovesTheClock(t *testing.T) {
	t.Parallel()
	w := world.Start(t, parse(t, quiet))
	waits, other := w.Sender(), w.Sender()
	c, honest := dial(t, waits, "192.0.2.1:25"), dial(t, other, "192.0.2.3:25")
	require.NoError(t, c.SetReadDeadline(waits.Now().Add(5*time.Minute)))
	require.NoError(t, honest.SetReadDeadline(other.Now().Add(5*time.Minute)))

	n, err := c.Read(make([]byte, 1))
	assert.Zero(t, n)
	assertTimeout(t, err)
	assert.Equal(t, 5*time.Minute, elapsed(waits))

	// The next deadline is waited for as well.
	require.NoError(t, c.SetDeadline(waits.Now().Add(time.Minute)))
	_, err = c.Read(make([]byte, 1))
	assertTimeout(t, err)
	assert.Equal(t, 6*time.Minute, elapsed(waits))

	_, err = bufio.NewReader(honest).ReadString('\n')
	assert.NoError(t, err, "the honest host's greeting")
	assert.Zero(t, elapsed(other), "the clock of another sender")
	assert.Zero(t, elapsed(w.Sender()), "the clock of a new sender")
}

// A deadline never fires on a host that answers, however slow the machine is.
func TestDeadlineSparesHonestHosts(t *testing.T) {
	t.Parallel()
	w := world.Start(t, parse(t, quiet))
	s := w.Sender()
	c := dial(t, s, "192.0.2.3:25")
	require.NoError(t, c.SetReadDeadline(s.Now().Add(time.Nanosecond)))
	_, err := bufio.NewReader(c).ReadString('\n')
	assert.NoError(t, err)
	assert.Zero(t, elapsed(s))
}

// A deadline that lies in the past of the sender's clock fires, also on a host
// that answers.
func TestPastDeadline(t *testing.T) {
	t.Parallel()
	w := world.Start(t, parse(t, quiet))
	s := w.Sender()
	c := dial(t, s, "192.0.2.3:25")
	require.NoError(t, c.SetReadDeadline(s.Now()))
	_, err := c.Read(make([]byte, 1))
	assertTimeout(t, err)
	assert.Zero(t, elapsed(s))
	require.NoError(t, c.SetReadDeadline(time.Time{}), "without a deadline it reads again")
	_, err = bufio.NewReader(c).ReadString('\n')
	assert.NoError(t, err)
}

// What a host said before it fell silent is still to be read, also when it is
// read after the silence.
func TestOctetsBeforeSilence(t *testing.T) {
	t.Parallel()
	w := world.Start(t, parse(t, quiet))
	s := w.Sender()

	t.Run("SMTP", func(t *testing.T) {
		c := dial(t, s, "192.0.2.2:25")
		r := bufio.NewReaderSize(c, 16)
		require.NoError(t, c.SetReadDeadline(s.Now().Add(time.Minute)))
		for _, command := range []string{"", "EHLO mail.sender.example\r\n", "STARTTLS\r\n"} {
			_, err := io.WriteString(c, command)
			require.NoError(t, err)
			line := "-"
			for err == nil && strings.Contains(line[:min(4, len(line))], "-") {
				line, err = r.ReadString('\n')
			}
			require.NoError(t, err, "the reply to %q", command)
			assert.Contains(t, []string{"220", "250"}, line[:3])
		}
		_, err := r.ReadByte()
		assertTimeout(t, err)
	})

	t.Run("DNS", func(t *testing.T) {
		c := dial(t, s, w.Resolver())
		require.NoError(t, c.SetReadDeadline(s.Now().Add(time.Second)))
		before := s.Now()
		_, err := c.Write(append(query(1, "mute.example.com"), query(2, "never.example.com")...))
		require.NoError(t, err)
		for asked := 0; asked < 1; { // both were put, before anything is read
			for _, q := range w.Queries() {
				if q.Name == "never.example.com" {
					asked++
				}
			}
			runtime.Gosched()
		}
		size := make([]byte, 2)
		_, err = io.ReadFull(c, size)
		require.NoError(t, err, "the length of the first answer")
		answer := make([]byte, binary.BigEndian.Uint16(size))
		for i := range answer { // octet by octet, so that the silence falls between two
			_, err = io.ReadFull(c, answer[i:i+1])
			require.NoError(t, err, "octet %d of the first answer", i)
		}
		assert.Equal(t, uint16(1), binary.BigEndian.Uint16(answer), "the ID of the answer")
		assert.Equal(t, before, s.Now(), "the clock, before anything was waited for")
		_, err = c.Read(size)
		assertTimeout(t, err)
		assert.Equal(t, before.Add(time.Second), s.Now())
	})
}

// query is a question for the A record of a name, as on a TCP connection (RFC
// 1035 sections 4.1 and 4.2.2).
func query(id uint16, name string) []byte {
	m := binary.BigEndian.AppendUint16(nil, id)
	m = append(m, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) // recursion desired, one question
	for label := range strings.SplitSeq(name, ".") {
		m = append(append(m, byte(len(label))), label...)
	}
	m = append(m, 0, 0, 1, 0, 1) // the root, A, IN
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(m))), m...)
}

// A read without a deadline waits for the silent host until the connection is
// closed, or gets a deadline.
func TestSilenceWithoutDeadline(t *testing.T) {
	t.Parallel()
	w := world.Start(t, parse(t, quiet))
	for name, end := range map[string]func(net.Conn, *world.Sender) error{
		"closed":     func(c net.Conn, _ *world.Sender) error { return c.Close() },
		"a deadline": func(c net.Conn, s *world.Sender) error { return c.SetReadDeadline(s.Now().Add(time.Hour)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := w.Sender()
			c := dial(t, s, "192.0.2.1:25")
			failed := make(chan error)
			go func() {
				_, err := c.Read(make([]byte, 1))
				failed <- err
			}()
			require.NoError(t, end(c, s))
			err := <-failed
			if name == "closed" {
				assert.ErrorIs(t, err, net.ErrClosed)
				assert.Zero(t, elapsed(s))
				return
			}
			assertTimeout(t, err)
			assert.Equal(t, time.Hour, elapsed(s))
		})
	}
}

// An answer of the DNS that is late moves the clock by its delay; one that
// comes after the deadline never came.
func TestLateAnswers(t *testing.T) {
	t.Parallel()
	w := world.Start(t, parse(t, quiet))
	for name, want := range map[string]struct {
		status verify.Status
		waited time.Duration
	}{
		"mute.example.com":  {verify.NoError, 0},
		"late.example.com":  {verify.NoError, 2 * time.Second},
		"later.example.com": {verify.TimeOut, probe.QueryTries * probe.QueryTimeout},
		"never.example.com": {verify.TimeOut, probe.QueryTries * probe.QueryTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := w.Sender()
			c := probe.Client{Dial: s.DialContext, Resolver: w.Resolver(), Now: s.Now}
			answer := c.Lookup(t.Context(), verify.Question{Name: name, Type: "A"})
			assert.Equal(t, want.status, answer.Status)
			assert.Equal(t, want.waited, elapsed(s))
		})
	}
}

// Addresses at which nothing listens refuse, and addresses that the scenario
// does not have are noted, because a real sender would have found something
// there.
func TestDial(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, address string
		refused       bool
		waited        time.Duration
		strays        int
	}{
		{name: "refused", address: "192.0.2.5:25", refused: true},
		{name: "silent", address: "192.0.2.4:25", waited: 127 * time.Second},
		{name: "closed port", address: "192.0.2.3:587", refused: true},
		{name: "unknown address", address: "198.51.100.1:25", refused: true, strays: 1},
		{name: "mapped unknown address", address: "[::ffff:198.51.100.1]:25", refused: true, strays: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := world.Start(t, parse(t, quiet))
			s := w.Sender()
			_, err := s.DialContext(t.Context(), "tcp", test.address)
			if test.refused {
				assert.ErrorIs(t, err, syscall.ECONNREFUSED)
			} else {
				assertTimeout(t, err)
			}
			assert.Equal(t, test.waited, elapsed(s))
			assert.Len(t, w.Strays(), test.strays)
		})
	}

	t.Run("name", func(t *testing.T) {
		t.Parallel()
		w := world.Start(t, parse(t, quiet))
		_, err := w.Sender().DialContext(t.Context(), "tcp", "mute.example.com:25")
		assert.ErrorContains(t, err, "only addresses can be dialled")
		assert.Empty(t, w.Strays())
	})

	t.Run("mapped address", func(t *testing.T) {
		t.Parallel()
		w := world.Start(t, parse(t, quiet))
		_, err := bufio.NewReader(dial(t, w.Sender(), "[::ffff:192.0.2.3]:25")).ReadString('\n')
		assert.NoError(t, err)
	})

	t.Run("port of a route", func(t *testing.T) {
		t.Parallel()
		w := world.Start(t, parse(t, quiet+"routes:\n  - '[192.0.2.3]:2525'\n"))
		_, err := bufio.NewReader(dial(t, w.Sender(), "192.0.2.3:2525")).ReadString('\n')
		assert.NoError(t, err)
	})

	t.Run("name outside", func(t *testing.T) {
		t.Parallel()
		w := world.Start(t, parse(t, quiet))
		s := w.Sender()
		c := probe.Client{Dial: s.DialContext, Resolver: w.Resolver(), Now: s.Now}
		c.Lookup(t.Context(), verify.Question{Name: "mx.example.net", Type: "A"})
		assert.Contains(t, w.Strays(), "the zone says nothing about mx.example.net A, which was asked for")
	})
}

// A host that has answered all and a client that waits for more would both wait
// for ever: half a reply, no reply at all, a connection that stays open behind
// QUIT. The deadline comes first, and what is said after it is answered.
func TestBothWait(t *testing.T) {
	t.Parallel()
	for _, network := range [][]world.Option{nil, {world.InMemory()}} {
		w := world.Start(t, parse(t, `
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
hosts:
  192.0.2.1:
    cert: no-tls
    script: |
      <- 220 mx1.example.com
      -> EHLO
      <- 250-half
      -> NOOP
      -> QUIT
      <- 221 bye
`), network...)
		s := w.Sender()
		c := dial(t, s, "192.0.2.1:25")
		r := bufio.NewReader(c)
		waited := time.Duration(0)
		for _, say := range []struct{ command, answer string }{{"", "220"}, {"EHLO mail.sender.example", "250"}, {"NOOP", ""}, {"QUIT", "221"}} {
			require.NoError(t, c.SetDeadline(s.Now().Add(5*time.Minute)))
			if say.command != "" {
				_, err := io.WriteString(c, say.command+"\r\n")
				require.NoError(t, err)
			}
			if say.answer != "" {
				line, err := r.ReadString('\n')
				require.NoError(t, err, "the answer to %q", say.command)
				assert.Equal(t, say.answer, line[:3])
			}
			assert.Equal(t, waited, elapsed(s), "nobody waits for an answer that comes")
			_, err := r.ReadByte()
			assertTimeout(t, err)
			waited += 5 * time.Minute
			assert.Equal(t, waited, elapsed(s), "behind the answer to %q", say.command)
		}
	}
}
