package fakemx_test

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

var clearEHLO = lines("250-mx.example greets client.example", "250-PIPELINING", "250-8BITMIME",
	"250-ENHANCEDSTATUSCODES", "250 SIZE 1048576")

func TestHonestSessionIsRecordedInFull(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := start(t, cfg)
	c := greeted(t, s)

	require.Equal(t, strings.Replace(clearEHLO, "250 SIZE", "250-STARTTLS\n250 SIZE", 1), c.ask("EHLO client.example"))
	c.expect("STARTTLS", "220 2.0.0 ")
	require.NoError(t, c.handshake(trust))
	// RFC 3207 section 4.2: the server has forgotten the EHLO, and does not
	// offer STARTTLS again.
	c.expect("MAIL FROM:<a@sender.example>", "503 ")
	require.Equal(t, clearEHLO, c.ask("EHLO client.example"))
	c.expect("STARTTLS", "503 ")
	c.send("Subject: one\r\n\r\n..two\r\n.\tthree")
	c.expect("QUIT", "221 ")
	c.ended()

	messages := s.Messages()
	require.Len(t, messages, 1)
	m := messages[0]
	assert.Equal(t, c.conn.LocalAddr().String(), m.Peer.String())
	assert.Equal(t, "a@sender.example", m.From)
	assert.Equal(t, []string{"b@example.com"}, m.To)
	assert.Equal(t, "Subject: one\r\n\r\n.two\r\n\tthree\r\n", string(m.Data))
	assert.Equal(t, 0, m.Session)
	require.NotNil(t, m.TLS, "the message arrived inside TLS")
	assert.Equal(t, "mx.example", m.TLS.ServerName)

	sessions := s.Sessions()
	require.Len(t, sessions, 1)
	got := sessions[0]
	assert.Equal(t, c.conn.LocalAddr().String(), got.Peer.String())
	assert.Equal(t, "client.example", got.EHLO)
	assert.True(t, got.Done)
	assert.NoError(t, got.HandshakeErr)
	require.NotNil(t, got.TLS)
	assert.Equal(t, uint16(tls.VersionTLS13), got.TLS.Version)
	assert.Equal(t, lines(
		"S: 220 mx.example ESMTP Service Ready",
		"C: EHLO client.example",
		"S: 250-mx.example greets client.example",
		"S: 250-PIPELINING",
		"S: 250-8BITMIME",
		"S: 250-ENHANCEDSTATUSCODES",
		"S: 250-STARTTLS",
		"S: 250 SIZE 1048576",
		"C: STARTTLS",
		"S: 220 2.0.0 Ready to start TLS",
		"C+ MAIL FROM:<a@sender.example>",
		"S+ 503 5.5.1 Please introduce yourself first.",
		"C+ EHLO client.example",
		"S+ 250-mx.example greets client.example",
		"S+ 250-PIPELINING",
		"S+ 250-8BITMIME",
		"S+ 250-ENHANCEDSTATUSCODES",
		"S+ 250 SIZE 1048576",
		"C+ STARTTLS",
		"S+ 503 5.5.1 TLS is already active",
		"C+ MAIL FROM:<a@sender.example>",
		"S+ 250 2.1.0 Sender ok",
		"C+ RCPT TO:<b@example.com>",
		"S+ 250 2.1.5 Recipient ok",
		"C+ DATA",
		"S+ 354 Go ahead. End your data with <CR><LF>.<CR><LF>",
		"C+ .",
		"S+ 250 2.0.0 OK: queued",
		"C+ QUIT",
		"S+ 221 2.0.0 Bye",
	), transcript(got))
}

// transcript writes a line for each line: who said it, and + inside TLS.
func transcript(s fakemx.Session) string {
	var all []string
	for _, l := range s.Transcript {
		who := map[bool]string{true: "C", false: "S"}[l.Client] + map[bool]string{true: "+ ", false: ": "}[l.TLS]
		all = append(all, who+l.Text)
	}
	return lines(all...)
}

func TestZeroServerTakesMailInClearText(t *testing.T) {
	t.Parallel()
	var s fakemx.Server
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	c := greeted(t, &s)
	require.Equal(t, clearEHLO, c.ask("EHLO client.example"))
	c.expect("STARTTLS", "502 ")
	c.send("one")
	c.send("two")
	c.expect("QUIT", "221 ")
	c.ended()
	require.Len(t, s.Messages(), 2)
	for i, m := range s.Messages() {
		assert.Nil(t, m.TLS, "message %d arrived in clear text", i)
		assert.Equal(t, []string{"one\r\n", "two\r\n"}[i], string(m.Data))
	}
	assert.Nil(t, s.Sessions()[0].TLS)
}

func TestHostnameStandsInGreetingAndEHLO(t *testing.T) {
	t.Parallel()
	s := &fakemx.Server{Hostname: "mx01.subd.emailhosted.not"}
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	c := dial(t, s)
	require.Equal(t, "220 mx01.subd.emailhosted.not ESMTP Service Ready", c.reply())
	require.Equal(t, "250 mx01.subd.emailhosted.not greets client.example", c.ask("HELO client.example"))
	c.expect("EHLO client.example", "250-mx01.subd.emailhosted.not greets client.example\n")
}

func TestStrictnessOfAnHonestHost(t *testing.T) {
	t.Parallel()
	cfg, _ := identity(t)
	s := start(t, cfg)
	long := strings.Repeat("x", 256)
	for _, tc := range []struct{ name, dialogue string }{
		{"MAIL before EHLO", "MAIL FROM:<a@sender.example> 503"},
		{"RCPT before MAIL", "EHLO c.example 250|RCPT TO:<b@example.com> 503"},
		{"DATA before RCPT", "EHLO c.example 250|MAIL FROM:<a@sender.example> 250|DATA 503"},
		{"MAIL in a transaction", "EHLO c.example 250|MAIL FROM:<> 250|MAIL FROM:<> 503|RSET 250|MAIL FROM:<> 250"},
		{"EHLO ends a transaction", "EHLO c.example 250|MAIL FROM:<> 250|EHLO c.example 250|RCPT TO:<b@example.com> 503"},
		{"STARTTLS before EHLO", "STARTTLS 503"},
		{"STARTTLS after HELO", "HELO c.example 250|STARTTLS 503"},
		{"STARTTLS with a parameter", "EHLO c.example 250|STARTTLS now 501|STARTTLS 220"},
		{"words that begin alike", "EHLO c.example 250|STARTTLSNOW 500"},
		{"no BDAT", "EHLO c.example 250|MAIL FROM:<> 250|RCPT TO:<b@example.com> 250|BDAT 0 LAST 502"},
		{"no AUTH", "EHLO c.example 250|AUTH PLAIN AAAA 502"},
		{"unknown commands do not end it", "A 500|B 500|C 500|D 500|E 500|LHLO x 500| 500|NOOP 250"},
		{"short of a name", "EHLO 501|HELO 501|STARTTLS 503"},
		{"a name too long", "EHLO " + long + " 501"},
		{"any case, white space at the end", "ehlo c.example  250|Starttls  220"},
		{"no other octets", "EHLO c\x00.example 500|EHLO \xc3\xa9.example 500|MAIL FROM:<>\r 500"},
		{"quit at once, white space at the end", "NOOP  250|QUIT  221"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := greeted(t, s)
			for step := range strings.SplitSeq(tc.dialogue, "|") {
				end := len(step) - 4
				c.expect(step[:end], step[end+1:])
			}
		})
	}
}

func TestBareLineFeedEndsNoCommand(t *testing.T) {
	t.Parallel()
	c := greeted(t, start(t, nil))
	c.write("EHLO client.example\n")
	require.Equal(t, "500 5.5.2 A command is printable US-ASCII and ends in CR LF", c.reply())
	c.expect("MAIL FROM:<>", "503 ")
}

func TestPipelinedCommandsAreAnsweredInOrder(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.write("MAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n")
	for _, want := range []string{"250 2.1.0", "250 2.1.5", "250 2.1.5", "354 "} {
		require.True(t, strings.HasPrefix(c.reply(), want), want)
	}
	c.write("one\r\n.\r\nNOOP\r\nQUIT\r\n")
	for _, want := range []string{"250 2.0.0 OK", "250 2.0.0", "221 "} {
		require.True(t, strings.HasPrefix(c.reply(), want), want)
	}
	c.ended()
	m := s.Messages()[0]
	assert.Equal(t, "", m.From)
	assert.Equal(t, []string{"b@example.com", "c@example.com"}, m.To)
}

func TestSessionsAreInOrderOfAccept(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	first, second := greeted(t, s), greeted(t, s)
	second.expect("EHLO second.example", "250-")
	second.send("two")
	first.expect("EHLO first.example", "250-")
	first.send("one")
	first.expect("QUIT", "221 ")
	first.ended()

	sessions := s.Sessions()
	require.Len(t, sessions, 2)
	assert.Equal(t, "first.example", sessions[0].EHLO)
	assert.True(t, sessions[0].Done)
	assert.Equal(t, "second.example", sessions[1].EHLO)
	assert.False(t, sessions[1].Done, "it still runs")
	messages := s.Messages()
	require.Len(t, messages, 2)
	assert.Equal(t, 1, messages[0].Session, "the second session's message came first")
	assert.Equal(t, 0, messages[1].Session)
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := start(t, cfg)
	talking, waiting, inside := greeted(t, s), greeted(t, s), greeted(t, s)
	talking.expect("EHLO client.example", "250-")
	talking.expect("MAIL FROM:<>", "250 ")
	talking.expect("RCPT TO:<b@example.com>", "250 ")
	talking.expect("DATA", "354 ")
	talking.write("half a mess")
	waiting.expect("EHLO client.example", "250-")
	waiting.expect("STARTTLS", "220 ")
	inside.expect("EHLO client.example", "250-")
	inside.expect("STARTTLS", "220 ")
	require.NoError(t, inside.handshake(trust))

	addr := s.Addr()
	s.Close()
	s.Close()
	for _, c := range []*client{talking, waiting, inside} {
		_, err := io.ReadAll(c.conn)
		assert.NotErrorIs(t, err, os.ErrDeadlineExceeded, "a connection was left open")
	}
	for i, r := range s.Sessions() {
		assert.True(t, r.Done, "session %d", i)
	}
	assert.Empty(t, s.Messages(), "half a message was kept")
	assert.NoError(t, s.Err())
	_, err := net.Dial("tcp", addr)
	assert.Error(t, err, "the port still answers")
	assert.Error(t, s.Start(), "a closed server starts again")
}

func TestStartTwice(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	assert.Error(t, s.Start())
	greeted(t, s)
}

func TestListenerIsTheCallers(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &fakemx.Server{Listener: l}
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	assert.Equal(t, l.Addr().String(), s.Addr())
	greeted(t, s)
}

func TestListenerThatFailsIsReported(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &fakemx.Server{Listener: l}
	require.NoError(t, s.Start())
	c := greeted(t, s)
	l.Close()
	c.expect("NOOP", "250 ")
	require.Eventually(t, func() bool { return s.Err() != nil }, 30e9, 1e6)
	assert.ErrorIs(t, s.Err(), net.ErrClosed)
	s.Close()
}

func TestNewServerPanicsOnContradiction(t *testing.T) {
	t.Parallel()
	assert.PanicsWithValue(t, "fakemx: fault 2: starttls=454 contradicts no-starttls: keep one of them",
		func() { fakemx.NewServer(nil, fakemx.NoSTARTTLS, fakemx.RejectSTARTTLS(454)) })
}
