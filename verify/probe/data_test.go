package probe

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// transaction opens a dialogue and brings it up to DATA.
func transaction(t *testing.T, c *Client) *Dialogue {
	d, stop := c.Connect(t.Context(), somewhere)
	require.Nil(t, stop)
	t.Cleanup(d.Close)
	require.Nil(t, d.Hello("sender.example"))
	require.Nil(t, d.Mail("probe@sender.example"))
	require.Nil(t, d.Rcpt("someone@example.com"))
	return d
}

const untilData = `
S: 220 mx.example
C: EHLO sender.example
S: 250 mx.example
C: MAIL FROM:<probe@sender.example>
S: 250 ok
C: RCPT TO:<someone@example.com>
S: 250 ok
C: DATA
`

func TestData(t *testing.T) {
	t.Parallel()
	c := hosted(t, scripted(untilData+`S: 354 go on
C: Subject: dots
C: 
C: ..
C: ..two, and no line end
C: .
S: 250 taken
C: QUIT
S: 221 bye
`))
	d := transaction(t, c)
	require.Nil(t, d.Data(iotest.OneByteReader(strings.NewReader("Subject: dots\n\r\n.\r\n.two, and no line end"))))
	require.Nil(t, d.Quit())
	// The message itself is not kept.
	assert.Equal(t, untilData[1:]+"S: 354 go on\nC: .\nS: 250 taken\nC: QUIT\nS: 221 bye\n", told(d.Lines()))
}

func TestDataRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ script, stop string }{
		{"S: 451 later\n", "DATA reply 451"},
		{"S: 250 go on\n", "DATA reply 250"}, // 250 is not the intermediate reply that DATA needs
		{"S: 354 go on\nC: x\nC: .\nS: 554 no\n", "final dot reply 554"},
		{"S: 354 go on\nC: x\nC: .\n", "final dot closed"},
	} {
		d := transaction(t, hosted(t, scripted(untilData+row.script)))
		assert.Equal(t, row.stop, short(d.Data(strings.NewReader("x\r\n"))))
		d.Close()
	}
}

// A message that cannot be read to its end must not be taken for a whole one.
func TestDataUnreadable(t *testing.T) {
	t.Parallel()
	rest := make(chan string, 1)
	d := transaction(t, hosted(t, func(h *host) {
		scripted(untilData)(h)
		h.say("354 go on")
		got, _ := io.ReadAll(h.br)
		rest <- string(got)
	}))
	stop := d.Data(io.MultiReader(strings.NewReader("half\r\n"), iotest.ErrReader(errors.New("torn"))))
	assert.Equal(t, "DATA local", short(stop))
	assert.Contains(t, stop.Err, "torn")
	assert.Same(t, stop, d.Mail("x@sender.example"), "the dialogue is over")
	assert.NotContains(t, <-rest, "\r\n.\r\n", "what the host received")
}

// No argument can smuggle in a second command.
func TestCommandRefusesLineEnds(t *testing.T) {
	t.Parallel()
	d := transaction(t, hosted(t, scripted(strings.TrimSuffix(untilData, "C: DATA\n")+"C: QUIT\nS: 221 bye\n")))
	for _, bad := range []string{"a\r\nRSET", "a\nRSET", "a\rRSET", "a\x00"} {
		assert.Equal(t, "MAIL local", short(d.Mail(bad)), "%q", bad)
	}
	assert.Nil(t, d.Quit(), "the dialogue goes on")
}

// Once the other side is lost, each step tells the first Stop.
func TestDialogueIsOver(t *testing.T) {
	t.Parallel()
	c := hosted(t, func(*host) {})
	d, stop := c.Connect(t.Context(), somewhere)
	defer d.Close()
	require.Equal(t, "greeting closed", short(stop))
	assert.Same(t, stop, d.Hello("sender.example"))
	_, again := d.StartTLS(t.Context(), overTLS)
	assert.Same(t, stop, again)
	_, again = d.Handshake(t.Context(), verify.Hello{TLS: true})
	assert.Same(t, stop, again)
	assert.Same(t, stop, d.Data(strings.NewReader("")))
	assert.Same(t, stop, d.Quit())
	d.Close()
}
