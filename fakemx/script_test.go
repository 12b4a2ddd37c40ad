package fakemx_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// scripted starts a host that plays a script.
func scripted(t *testing.T, cfg *tls.Config, text string, faults ...fakemx.Fault) *fakemx.Server {
	t.Helper()
	script, err := fakemx.ParseScript(text)
	require.NoError(t, err)
	s := &fakemx.Server{TLSConfig: cfg, Script: script, Faults: faults, Delayed: func(net.Addr, int64, time.Duration) {}}
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	return s
}

// One script serves a sender that wants TLS and one that does not: a command
// is answered by the next block that fits.
func TestScriptServesEverySender(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := scripted(t, cfg, `
# a host whose offers change
<- 220-mx.example
<- 220 at your service
-> EHLO
<- 250-mx.example
<- 250 STARTTLS
-> STARTTLS
<- 220 now
starttls
-> EHLO
<- 250-mx.example
<- 250 SIZE 7
-> RCPT TO:<b@
<- 251 will forward
`)
	c := dial(t, s)
	require.Equal(t, "220-mx.example\n220 at your service", c.reply())
	require.Equal(t, "250-mx.example\n250 STARTTLS", c.ask("EHLO client.example"))
	c.expect("MAIL FROM:<a@sender.example>", "250 ")
	c.expect("rcpt to:<B@example.com>", "251 will forward")
	c.expect("RCPT TO:<c@example.com>", "250 ")
	c.expect("RCPT TO:<451@example.com>", "451 ")
	c.expect("DATA", "354 ")
	c.expect("..one\r\n.", "250 ")
	c.expect("QUIT", "221 ")
	c.ended()
	require.Len(t, s.Messages(), 1)
	m := s.Messages()[0]
	assert.Equal(t, "a@sender.example", m.From)
	assert.Equal(t, []string{"B@example.com", "c@example.com"}, m.To)
	assert.Equal(t, ".one\r\n", string(m.Data))
	assert.Nil(t, m.TLS)

	c = dial(t, s)
	c.reply()
	c.expect("EHLO client.example", "250-mx.example\n250 STARTTLS")
	c.expect("STARTTLS", "220 now")
	require.NoError(t, c.handshake(trust))
	require.Equal(t, "250-mx.example\n250 SIZE 7", c.ask("EHLO client.example"))
	c.expect("STARTTLS", "220 now") // the script says so; nothing good follows
	c.ended()
	assert.Equal(t, "client.example", s.Sessions()[1].EHLO)
	assert.NotNil(t, s.Sessions()[1].TLS)
}

func TestScriptOfFewLines(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := scripted(t, cfg, "-> NOOP\n<- 250 ok\n-> DATA\n<- 354 go\nmessage\n<- 451 no\n<- 250 yes after all\n", fakemx.Slice(1), fakemx.Tarpit(time.Hour))
	c := greeted(t, s)
	c.expect("HELO client.example", "250 mx.example")
	c.expect("EHLO client.example", "250-mx.example\n250-STARTTLS\n250 ")
	c.expect("STARTTLS", "220 ")
	require.NoError(t, c.handshake(trust))
	c.expect("STARTTLS", "502 ")
	c.expect("MAIL FROM:<>", "250 ")
	c.expect("RSET", "250 ")
	c.expect("BOOM", "500 ")
	c.expect("MAIL FROM:<>", "250 ")
	c.expect("RCPT TO:<b@example.com>", "250 ")
	c.expect("DATA", "354 ")
	c.expect("one\r\n.", "451 ")
	require.Equal(t, "250 yes after all", c.reply())
	require.Len(t, s.Messages(), 1)
	c.expect("QUIT", "221 ")
	c.ended()
	assert.True(t, s.Sessions()[0].Done)
}

// A message that is refused is not kept.
func TestScriptRefusesAMessage(t *testing.T) {
	t.Parallel()
	s := scripted(t, nil, "-> DATA\n<- 354 go\nmessage\n<- 554 no")
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<>", "250 ")
	c.expect("RCPT TO:<b@example.com>", "250 ")
	c.expect("DATA", "354 ")
	c.expect("one\r\n.", "554 ")
	assert.Empty(t, s.Messages())
}

func TestScriptEnds(t *testing.T) {
	t.Parallel()
	c := dial(t, scripted(t, nil, `octets "\x15\x03\x01\x00\x02\x02\x28"`+"\nclose"))
	raw := make([]byte, 7)
	_, err := c.r.Read(raw)
	require.NoError(t, err)
	assert.Equal(t, "\x15\x03\x01\x00\x02\x02\x28", string(raw))
	c.ended()

	told := make(chan int64, 1)
	script, err := fakemx.ParseScript("<- 220 a\nwait 1h\n<- 220 b\nsilent")
	require.NoError(t, err)
	waited := make(chan delayed, 1)
	s := &fakemx.Server{Script: script, Silent: func(_ net.Addr, sent int64) { told <- sent },
		Delayed: func(_ net.Addr, sent int64, d time.Duration) { waited <- delayed{sent, d} }}
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	dial(t, s)
	assert.Equal(t, delayed{7, time.Hour}, <-waited)
	assert.Equal(t, int64(14), <-told)
}

func TestScriptSaysWhereAndWhatInstead(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text   string
		offset int
		msg    string
	}{
		{"", 0, "the script is empty: begin it with what the host says, such as <- 220 mx.example ESMTP"},
		{"\n# nothing\n", 0, "the script is empty: begin it with what the host says, such as <- 220 mx.example ESMTP"},
		{"<- 220 a\n  ->", 11, "write the command that is waited for: -> EHLO"},
		{"<- 220 a\n-> EHLO\nstartls\n", 17, `unknown line "startls": did you mean starttls?`},
		{"220 a", 0, "unknown line \"220 a\": write one of -> EHLO, <- 250 text, starttls, message, wait 5s, octets \"\\x16\\x03\", silent, reset, close"},
		{"starttls now", 0, `starttls stands alone: delete "now"`},
		{"close\n<- 220 a", 6, `nothing comes after close: delete one of the two, or write the command that "<- 220 a" answers before it`},
		{"starttls\nstarttls", 9, "starttls stands twice: delete one"},
		{"wait 5", 0, `"5" is no time from 1ns to 24h0m0s: write it with its unit, such as wait 5s`},
		{"octets abc", 0, `"abc" is no text in quotes: write octets "\x16\x03"`},
		{"octets 'a'", 0, `"'a'" is no text in quotes: write octets "\x16\x03"`},
		{"<- 220 gr\u00fc\u00df", 9, `a line is printable US-ASCII; write other octets as octets "\x00"`},
		{strings.Repeat("close\n", 20000), 65536, "the script has more than 65536 octets"},
	} {
		_, err := fakemx.ParseScript(tc.text)
		var syntax *fakemx.SyntaxError
		if assert.ErrorAs(t, err, &syntax, "%.40q", tc.text) {
			assert.Equal(t, fakemx.SyntaxError{Offset: tc.offset, Msg: tc.msg}, *syntax, "%.40q", tc.text)
		}
	}
}

func TestStartRefusesWhatAScriptCannotPlay(t *testing.T) {
	t.Parallel()
	for text, faults := range map[string][]fakemx.Fault{
		"starttls": nil, "<- 220 a": {fakemx.Reject(fakemx.AtMail, 451)}, "close": {fakemx.NoSTARTTLS}, "reset": {fakemx.SSL3},
	} {
		script, err := fakemx.ParseScript(text)
		require.NoError(t, err)
		assert.ErrorContains(t, (&fakemx.Server{Script: script, Faults: faults}).Start(), "script: ", text)
	}
}

func FuzzScript(f *testing.F) {
	for _, text := range []string{"<- 220 a\n-> EHLO\n<- 250 a\nstarttls\nclose", "octets \"\\x00\"\nwait 1s\nsilent", "-> DATA\nmessage\n<- 250 a", "é", "->", "-> \n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := fakemx.ParseScript(text)
		if err == nil {
			return
		}
		var syntax *fakemx.SyntaxError
		require.ErrorAs(t, err, &syntax)
		require.True(t, 0 <= syntax.Offset && syntax.Offset <= len(text))
		require.Less(t, len(syntax.Msg), 500)
	})
}

// A host that no server library plays: it offers STARTTLS, takes it, and says
// something else.
func ExampleParseScript() {
	script, err := fakemx.ParseScript(`
<- 220 mx.example ESMTP
-> EHLO
<- 250-mx.example
<- 250 STARTTLS
-> STARTTLS
<- 250 ok
`)
	if err != nil {
		fmt.Println(err)
	}
	mx := &fakemx.Server{Script: script}
	mx.Start()
	defer mx.Close()

	c, _ := smtp.Dial(mx.Addr())
	fmt.Println(c.StartTLS(&tls.Config{InsecureSkipVerify: true}))
	c.Quit()
	// Output:
	// 250 "ok"
}

// Whatever a script says, its connection ends when the client's does.
func FuzzPlay(f *testing.F) {
	for _, text := range []string{"<- 220 a\n-> EHLO\n<- 250 a\nstarttls", "-> MAIL\nmessage\n<- 250 a", "-> EHLO\nwait 1h\nclose", "silent", "reset",
		"-> \n-> RCPT\n<- \n<- 250 a", "octets \"\\x00\"\n-> DATA\n<- 354 a\nmessage\nmessage\n<- 250 b\n<- 250 c", "starttls\nmessage"} {
		f.Add(text)
	}
	cfg, _ := identity(f)
	f.Fuzz(func(t *testing.T, text string) {
		script, err := fakemx.ParseScript(text)
		if err != nil {
			return
		}
		s := &fakemx.Server{TLSConfig: cfg, Script: script, Delayed: func(net.Addr, int64, time.Duration) {}}
		require.NoError(t, s.Start())
		defer s.Close()
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			return // a reset may overtake the end of Dial
		}
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
		conn.Write([]byte("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n.one\r\n.\r\nSTARTTLS\r\nQUIT\r\n"))
		conn.(*net.TCPConn).CloseWrite()
		_, err = io.ReadAll(conn)
		require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	})
}
