package fakemx_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// upto says the commands of a session up to the one that a step answers, and
// returns that one. Steps inside TLS need trust.
func upto(c *client, s fakemx.Step, trust *tls.Config) string {
	c.t.Helper()
	if s == fakemx.AtEHLO {
		return "EHLO client.example"
	}
	c.expect("EHLO client.example", "250-")
	switch s {
	case fakemx.AtSTARTTLS:
		return "STARTTLS"
	case fakemx.AtTLSEHLO:
		c.expect("STARTTLS", "220 ")
		require.NoError(c.t, c.handshake(trust))
		return "EHLO client.example"
	}
	commands := []string{"MAIL FROM:<a@sender.example>", "RCPT TO:<b@example.com>", "DATA", "one\r\n."}
	for i, step := range []fakemx.Step{fakemx.AtMail, fakemx.AtRcpt, fakemx.AtData, fakemx.AtDot} {
		if s == step {
			return commands[i]
		}
		c.expect(commands[i], map[bool]string{true: "354 ", false: "250 "}[step == fakemx.AtData])
	}
	c.t.Fatalf("no session leads to %s", s)
	return ""
}

func commandSteps() []fakemx.Step {
	return []fakemx.Step{fakemx.AtEHLO, fakemx.AtSTARTTLS, fakemx.AtTLSEHLO, fakemx.AtMail, fakemx.AtRcpt, fakemx.AtData, fakemx.AtDot}
}

// Each command can be refused, and the session goes on but after 421.
func TestRejectAtEachStep(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for _, step := range commandSteps() {
		for _, code := range []string{"451", "421", "554"} {
			n := int(code[0]-'0')*100 + int(code[1]-'0')*10 + int(code[2]-'0')
			s := start(t, cfg, fakemx.Reject(step, n))
			c := greeted(t, s)
			c.expect(upto(c, step, trust), code+" "+code[:1]+".7.0 ")
			if code == "421" {
				c.ended()
			} else {
				c.expect("NOOP", "250 ")
				c.expect("QUIT", "221 ")
			}
			assert.Empty(t, s.Messages(), "%s=%s", step, code)
		}
	}
}

// A refusal is of what could be done, not of what is out of order.
func TestRejectDataNeedsARecipient(t *testing.T) {
	t.Parallel()
	c := greeted(t, start(t, nil, fakemx.Reject(fakemx.AtData, 554)))
	c.expect("EHLO client.example", "250-")
	c.expect("DATA", "503 ")
	c.expect("MAIL FROM:<>", "250 ")
	c.expect("DATA", "503 ")
	c.expect("RCPT TO:<b@example.com>", "250 ")
	c.expect("DATA", "554 ")
}

// A host that refuses EHLO takes HELO, and offers nothing.
func TestHELOBehindARefusedEHLO(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	c := greeted(t, start(t, cfg, fakemx.Reject(fakemx.AtEHLO, 502)))
	c.expect("EHLO client.example", "502 ")
	c.expect("STARTTLS", "503 ")
	require.Equal(t, "250 mx.example greets client.example", c.ask("HELO client.example"))
	c.send("in the clear")
	c = greeted(t, start(t, cfg, fakemx.Reject(fakemx.AtTLSEHLO, 502)))
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	require.NoError(t, c.handshake(trust))
	c.expect("EHLO client.example", "502 ")
	c.expect("HELO client.example", "250 ")
	c.send("inside")
}

// Each command can be answered by the end of the session.
func TestFailAtEachStep(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for _, step := range commandSteps() {
		for _, how := range []fakemx.Answer{fakemx.Close, fakemx.Reset, fakemx.Garbage, fakemx.Silence} {
			t.Run(string(step)+"="+string(how), func(t *testing.T) {
				t.Parallel()
				s, told := withSilent(t, cfg, fakemx.Fail(step, how))
				c := greeted(t, s)
				socket := c.conn
				c.write(upto(c, step, trust) + "\r\n")
				if how == fakemx.Silence {
					assert.Equal(t, socket.LocalAddr().String(), (<-told).peer)
					require.NoError(t, socket.(*net.TCPConn).CloseWrite())
				}
				rest, err := io.ReadAll(c.r)
				switch how {
				case fakemx.Garbage:
					assert.NoError(t, err)
					assert.Equal(t, "This is neither SMTP nor TLS.\r\n", string(rest))
				case fakemx.Reset:
					assert.ErrorIs(t, err, syscall.ECONNRESET)
					assert.Empty(t, string(rest))
				default:
					assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
					assert.Empty(t, string(rest))
				}
				s.Close()
				assert.Empty(t, s.Messages())
				assert.True(t, s.Sessions()[0].Done)
			})
		}
	}
}

func TestConnectResetAndClose(t *testing.T) {
	t.Parallel()
	for _, f := range []fakemx.Fault{fakemx.ConnectReset, fakemx.ConnectClose} {
		conn, err := net.Dial("tcp", start(t, nil, f).Addr())
		if err == nil { // the reset may overtake the end of Dial
			defer conn.Close()
			var rest []byte
			rest, err = io.ReadAll(conn)
			assert.Empty(t, string(rest), f)
		}
		assert.Equal(t, f == fakemx.ConnectReset, errors.Is(err, syscall.ECONNRESET), "%s: %v", f, err)
	}
}

func TestGreetings(t *testing.T) {
	t.Parallel()
	c := dial(t, start(t, nil, fakemx.GreetingMultiLine, fakemx.GreetingName("relay.example")))
	require.Equal(t, "220-relay.example ESMTP\n220-This host takes mail for its own users only\n220 and keeps a record of what is said", c.reply())
	require.Equal(t, clearEHLO, c.ask("EHLO client.example"), "EHLO has the host's own name")
	c.send("one")

	c = dial(t, start(t, nil, fakemx.GreetingGarbage))
	rest, err := io.ReadAll(c.r)
	require.NoError(t, err)
	assert.Equal(t, "This is neither SMTP nor TLS.\r\n", string(rest))
}

func TestEHLOInOtherWays(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	with := strings.Replace(clearEHLO, "250 SIZE", "250-STARTTLS\n250 SIZE", 1)
	for f, want := range map[fakemx.Fault]string{
		"":                           with,
		fakemx.EHLOBare:              "250 mx.example greets client.example",
		fakemx.STARTTLSTwice:         strings.Replace(with, "250-STARTTLS", "250-STARTTLS\n250-STARTTLS", 1),
		fakemx.STARTTLSWithParameter: strings.Replace(with, "STARTTLS", "STARTTLS REQUIRED", 1),
		fakemx.EHLOLowerCase:         "250-mx.example greets client.example\n" + strings.ToLower(strings.SplitN(with, "\n", 2)[1]),
	} {
		var faults []fakemx.Fault
		if f != "" {
			faults = append(faults, f)
		}
		s := start(t, cfg, faults...)
		c := greeted(t, s)
		require.Equal(t, want, c.ask("EHLO client.example"), f)
		if f == fakemx.EHLOBare {
			c.expect("STARTTLS", "502 ")
			c.send("in the clear")
			continue
		}
		c.expect("STARTTLS", "220 ")
		require.NoError(t, c.handshake(trust), f)
		require.Equal(t, clearEHLO, c.ask("EHLO client.example"), f)
		c.send("inside")
	}
}

func TestEHLOInsideTLSInOtherWays(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for f, want := range map[fakemx.Fault]string{
		fakemx.TLSEHLOBare:     "250 mx.example greets client.example",
		fakemx.TLSEHLOSTARTTLS: strings.Replace(clearEHLO, "250 SIZE", "250-STARTTLS\n250 SIZE", 1),
	} {
		c := greeted(t, start(t, cfg, f))
		command := upto(c, fakemx.AtTLSEHLO, trust)
		require.Equal(t, want, c.ask(command), f)
		c.expect("STARTTLS", "503 ")
		c.send("inside")
	}
}

func TestEHLOEndless(t *testing.T) {
	t.Parallel()
	s := start(t, nil, fakemx.EHLOEndless)
	c := greeted(t, s)
	c.write("EHLO client.example\r\n")
	all, err := io.ReadAll(c.r)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(all), 4<<20)
	assert.NotContains(t, string(all), "\r\n250 ")
	assert.Len(t, s.Sessions()[0].Transcript, 3)

	// A client that does not read is no harm.
	c = greeted(t, s)
	c.write("EHLO client.example\r\n")
	s.Close()
	_, err = bufio.NewReader(c.conn).ReadString('x')
	assert.Error(t, err)
}

func TestMagicRecipients(t *testing.T) {
	t.Parallel()
	s, told := withSilent(t, nil, fakemx.NoSTARTTLS)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<>", "250 ")
	for local, reply := range map[string]string{
		"550": "550 5.7.0 ", "451": "451 4.7.0 ", "temperror": "451 ", "permerror": "550 ",
		"220": "250 ", "560": "250 ", "postmaster": "250 ", "4510": "250 ",
	} {
		c.expect("RCPT TO:<"+local+"@example.com>", reply)
	}
	c.write("RCPT TO:<timeout@example.com>\r\n")
	<-told

	c = greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<>", "250 ")
	c.write("RCPT TO:<close@example.com>\r\n")
	c.ended()
}

// A delayed is what Delayed is told.
type delayed struct {
	sent int64
	d    time.Duration
}

// With the hook nothing waits; it is told before the octets are there.
func TestDelays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault fakemx.Fault
		want  func(greeting, reply int64) []delayed
	}{
		{fakemx.GreetingDelay(time.Hour), func(g, r int64) []delayed { return []delayed{{0, time.Hour}} }},
		{fakemx.Latency(time.Hour), func(g, r int64) []delayed { return []delayed{{0, time.Hour}, {g, time.Hour}} }},
		{fakemx.Tarpit(time.Hour), func(g, r int64) []delayed { return []delayed{{g, time.Hour}} }},
		{fakemx.Bandwidth(2), func(g, r int64) []delayed {
			return []delayed{{0, time.Duration(g) * time.Second / 2}, {g, time.Duration(r) * time.Second / 2}}
		}},
	} {
		told := make(chan delayed, 10)
		s := &fakemx.Server{Faults: []fakemx.Fault{tc.fault}, Delayed: func(_ net.Addr, sent int64, d time.Duration) { told <- delayed{sent, d} }}
		require.NoError(t, s.Start())
		t.Cleanup(s.Close)
		c := greeted(t, s)
		greeting := int64(c.read)
		c.expect("NOOP", "250 ")
		for _, want := range tc.want(greeting, int64(c.read)-greeting) {
			assert.Equal(t, want, <-told, tc.fault)
		}
		assert.Empty(t, told, tc.fault)
	}
}

// Without the hook the wait is real; Close does not wait for its end.
func TestDelayIsReal(t *testing.T) {
	t.Parallel()
	before := time.Now()
	greeted(t, start(t, nil, fakemx.Latency(30*time.Millisecond)))
	assert.GreaterOrEqual(t, time.Since(before), 30*time.Millisecond)

	s := start(t, nil, fakemx.GreetingDelay(24*time.Hour))
	c := dial(t, s)
	s.Close()
	_, err := io.ReadAll(c.r)
	assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestSlicedAndResetWrites(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := start(t, cfg, fakemx.Slice(1))
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	require.NoError(t, c.handshake(trust))
	c.expect("EHLO client.example", "250-")
	c.send("inside")
	require.Len(t, s.Messages(), 1)

	c = greeted(t, start(t, nil, fakemx.ResetAfter(46))) // the greeting has 36
	c.write("EHLO client.example\r\n")
	got, err := io.ReadAll(c.r)
	assert.Equal(t, "250-mx.exa", string(got))
	assert.ErrorIs(t, err, syscall.ECONNRESET)
}
