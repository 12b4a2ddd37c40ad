package fakemx_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

func TestLineTooLongEndsTheConnection(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	fits := "NOOP " + strings.Repeat("x", 2041)
	for _, tc := range []struct{ name, before string }{
		{"a command", ""},
		{"the text of a message", "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"},
	} {
		c := greeted(t, s)
		c.expect(fits, "250 ")
		c.write(tc.before)
		for range strings.Count(tc.before, "\n") {
			c.reply()
		}
		c.write(strings.Repeat("x", 100_000) + "\r\n")
		require.Equal(t, "500 5.5.2 Line too long, closing the connection", c.reply(), tc.name)
		c.ended()
	}
	assert.Empty(t, s.Messages())
	for _, r := range s.Sessions() {
		last := r.Transcript[len(r.Transcript)-1]
		assert.Equal(t, fakemx.Line{Text: "500 5.5.2 Line too long, closing the connection"}, last, "nothing is said behind it")
	}
}

func TestMessageTooLarge(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<> SIZE=1048577", "552 ")
	c.send(strings.Repeat(strings.Repeat("x", 1022)+"\r\n", 1023)) // 2 octets fewer than a MiB, with the line end of send
	require.Len(t, s.Messages(), 1)
	assert.Len(t, s.Messages()[0].Data, 1023*1024+2)

	c.expect("MAIL FROM:<>", "250 ")
	c.expect("RCPT TO:<b@example.com>", "250 ")
	c.expect("DATA", "354 ")
	c.write(strings.Repeat(strings.Repeat("x", 1022)+"\r\n", 1025))
	c.expect(".", "552 ")
	require.Len(t, s.Messages(), 1)
	c.send("and on it goes")
	assert.Len(t, s.Messages(), 2)
}

func TestTooManyCommands(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		faults []fakemx.Fault
		reply  string
	}{
		{nil, "250 "},
		{[]fakemx.Fault{fakemx.Greeting(554)}, "503 "},
	} {
		s := start(t, nil, tc.faults...)
		c := dial(t, s)
		c.reply()
		c.write(strings.Repeat("NOOP\r\n", 1001))
		for range 1000 {
			require.True(t, strings.HasPrefix(c.reply(), tc.reply))
		}
		require.Equal(t, "421 4.7.0 Too many commands, closing the connection", c.reply())
		c.ended()
		assert.Len(t, s.Sessions()[0].Transcript, 1+2*1001)
	}
}

// A message ends at a line of its own with a dot, between CR LF and CR LF;
// nothing else ends it, so that no sender can smuggle a second one.
func TestOnlyCRLFDotCRLFEndsAMessage(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r"} {
		s := start(t, nil)
		c := greeted(t, s)
		c.expect("EHLO client.example", "250-")
		c.send("one" + end + "MAIL FROM:<evil@sender.example>")
		require.Len(t, s.Messages(), 1, "%q", end)
		assert.Contains(t, string(s.Messages()[0].Data), "evil", "%q", end)
		assert.NotContains(t, transcript(s.Sessions()[0]), "evil", "%q", end)
		c.expect("QUIT", "221 ")
	}
}

func TestMessageCutOffIsNotKept(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<>", "250 ")
	c.expect("RCPT TO:<b@example.com>", "250 ")
	c.expect("DATA", "354 ")
	c.write("one\r\n.")
	require.NoError(t, c.conn.(interface{ CloseWrite() error }).CloseWrite())
	c.ended()
	assert.Empty(t, s.Messages())
	assert.True(t, s.Sessions()[0].Done)
}
