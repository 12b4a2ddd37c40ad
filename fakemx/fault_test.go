package fakemx_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

func TestNoSTARTTLS(t *testing.T) {
	t.Parallel()
	cfg, _ := identity(t)
	s := start(t, cfg, fakemx.NoSTARTTLS)
	c := greeted(t, s)
	require.Equal(t, clearEHLO, c.ask("EHLO client.example"))
	require.Equal(t, "502 5.5.1 STARTTLS is not offered", c.ask("STARTTLS"))
	c.send("in the clear")
	require.Len(t, s.Messages(), 1)
	assert.Nil(t, s.Messages()[0].TLS)
}

func TestRejectSTARTTLS(t *testing.T) {
	t.Parallel()
	for _, code := range []int{454, 400, 502, 559} {
		s := start(t, nil, fakemx.RejectSTARTTLS(code)) // needs no certificate
		c := greeted(t, s)
		require.Contains(t, c.ask("EHLO client.example"), "\n250-STARTTLS\n", code)
		require.Equal(t, fmt.Sprintf("%d %d.7.0 TLS is not available", code, code/100), c.ask("STARTTLS"))
		// RFC 3207 section 4: the client may go on in clear text.
		c.send("in the clear")
		require.Len(t, s.Messages(), 1, code)
	}
	c := greeted(t, start(t, nil, fakemx.RejectSTARTTLS(421)))
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "421 4.7.0 ")
	c.ended()
}

func TestSTARTTLSOnGreetingLine(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := start(t, cfg, fakemx.STARTTLSOnGreetingLine)
	c := greeted(t, s)
	require.Equal(t, strings.Replace(clearEHLO, "greets client.example", "STARTTLS", 1), c.ask("EHLO client.example"))
	c.expect("STARTTLS", "220 ")
	require.NoError(t, c.handshake(trust))
	require.Equal(t, clearEHLO, c.ask("EHLO client.example"), "inside TLS nothing is offered")
	c.send("inside")
	require.Len(t, s.Messages(), 1)
	assert.NotNil(t, s.Messages()[0].TLS)
}

func TestSTARTTLSOverwritten(t *testing.T) {
	t.Parallel()
	cfg, _ := identity(t)
	s := start(t, cfg, fakemx.STARTTLSOverwritten)
	c := greeted(t, s)
	require.Equal(t, strings.Replace(clearEHLO, "250 SIZE", "250-XXXXXXXA\n250 SIZE", 1), c.ask("EHLO client.example"))
	c.expect("STARTTLS", "500 ")
	c.send("in the clear")
	assert.Len(t, s.Messages(), 1)
}

// A silence is what Silent is told.
type silence struct {
	peer string
	sent int64
}

func withSilent(t *testing.T, cfg *tls.Config, f fakemx.Fault) (*fakemx.Server, chan silence) {
	t.Helper()
	told := make(chan silence, 10)
	s := &fakemx.Server{TLSConfig: cfg, Faults: []fakemx.Fault{f}, Silent: func(peer net.Addr, sent int64) {
		told <- silence{peer.String(), sent}
	}}
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	return s, told
}

func TestAfter220Close(t *testing.T) {
	t.Parallel()
	s := start(t, nil, fakemx.After220(fakemx.Close))
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	err := c.handshake(&tls.Config{ServerName: "mx.example"})
	assert.ErrorIs(t, err, io.EOF)
	r := s.Sessions()[0]
	assert.True(t, r.Done)
	assert.Nil(t, r.TLS)
	assert.NoError(t, r.HandshakeErr, "the host tried no handshake")
}

func TestAfter220Silence(t *testing.T) {
	t.Parallel()
	cfg, _ := identity(t)
	s, told := withSilent(t, cfg, fakemx.After220(fakemx.Silence))
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	assert.Equal(t, silence{c.conn.LocalAddr().String(), int64(c.read)}, <-told)
	assert.False(t, s.Sessions()[0].Done)
	c.write(strings.Repeat("swallowed\r\n", 100_000))
	require.NoError(t, c.conn.(*net.TCPConn).CloseWrite())
	c.ended()
	assert.Empty(t, told, "Silent was called twice")
}

func TestAfter220Garbage(t *testing.T) {
	t.Parallel()
	s := start(t, nil, fakemx.After220(fakemx.Garbage))
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	err := c.handshake(&tls.Config{ServerName: "mx.example"})
	var garbage tls.RecordHeaderError
	require.ErrorAs(t, err, &garbage)
	assert.Equal(t, "This ", string(garbage.RecordHeader[:]))
}

func TestAfter220Alert(t *testing.T) {
	t.Parallel()
	for _, max := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		s := start(t, nil, fakemx.After220(fakemx.Alert))
		c := greeted(t, s)
		c.expect("EHLO client.example", "250-")
		c.expect("STARTTLS", "220 ")
		err := c.handshake(&tls.Config{ServerName: "mx.example", MaxVersion: max})
		var remote *net.OpError
		require.ErrorAs(t, err, &remote)
		assert.Equal(t, "remote error", remote.Op)
		assert.EqualError(t, remote.Err, tls.AlertError(40).Error())
	}
}

func TestGreetingRefuses(t *testing.T) {
	t.Parallel()
	for _, code := range []int{554, 521, 450} {
		s := start(t, nil, fakemx.Greeting(code))
		c := dial(t, s)
		require.Equal(t, fmt.Sprintf("%d mx.example is not taking mail", code), c.reply())
		for _, command := range []string{"EHLO client.example", "STARTTLS", "", "MAIL FROM:<>"} {
			c.expect(command, "503 ")
		}
		c.expect("\x01", "500 ")
		c.expect("quit", "221 ")
		c.ended()
		assert.True(t, s.Sessions()[0].Done)
		assert.Len(t, s.Sessions()[0].Transcript, 13, "greeting, six commands, six replies")
	}
	c := dial(t, start(t, nil, fakemx.Greeting(421)))
	require.Equal(t, "421 mx.example is not taking mail", c.reply())
	c.ended()
}

func TestSilentFromTheStart(t *testing.T) {
	t.Parallel()
	for _, f := range []fakemx.Fault{fakemx.GreetingSilent, fakemx.ConnectSilent} {
		s, told := withSilent(t, nil, f)
		c := dial(t, s)
		assert.Equal(t, silence{c.conn.LocalAddr().String(), 0}, <-told, f)
		c.write("EHLO client.example\r\nQUIT\r\n")
		require.NoError(t, c.conn.(*net.TCPConn).CloseWrite())
		c.ended()
		assert.Empty(t, s.Sessions()[0].Transcript, f)
	}
}

func TestSilenceEndsWithClose(t *testing.T) {
	t.Parallel()
	s := start(t, nil, fakemx.GreetingSilent) // Silent is nil
	c := dial(t, s)
	c.write("EHLO client.example\r\n")
	s.Close()
	_, err := io.ReadAll(c.conn)
	assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestConnectRefused(t *testing.T) {
	t.Parallel()
	s := start(t, nil, fakemx.ConnectRefused)
	require.NotEmpty(t, s.Addr())
	_, err := net.Dial("tcp", s.Addr())
	assert.Error(t, err)
	assert.Empty(t, s.Sessions())
}

func TestTLSVersions(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	const v10, v11, v12, v13 = tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13
	for _, tc := range []struct{ min, max, clientMin, clientMax, want uint16 }{
		{v10, v10, v10, v13, v10},
		{v10, v10, v12, v13, 0},
		{v11, v11, v10, v13, v11},
		{v12, v13, v10, v13, v13},
		{v12, v13, v10, v12, v12},
		{v12, v13, v10, v11, 0},
		{v13, v13, v10, v12, 0},
		{v10, v12, v10, v13, v12},
	} {
		f := fakemx.TLSVersions(tc.min, tc.max)
		chosen := &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return cfg, nil }}
		for how, cfg := range map[string]*tls.Config{"directly": cfg, "through GetConfigForClient": chosen} {
			s := start(t, cfg, f)
			c := greeted(t, s)
			c.expect("EHLO client.example", "250-")
			c.expect("STARTTLS", "220 ")
			client := trust.Clone()
			client.MinVersion, client.MaxVersion = tc.clientMin, tc.clientMax
			name := fmt.Sprintf("%v, %s, client %#x to %#x", f, how, tc.clientMin, tc.clientMax)
			err := c.handshake(client)
			if tc.want == 0 {
				assert.EqualError(t, err, "remote error: "+tls.AlertError(70).Error(), name)
				c.gone()
				r := s.Sessions()[0]
				assert.Error(t, r.HandshakeErr, name)
				assert.True(t, r.Done, name)
				continue
			}
			require.NoError(t, err, name)
			c.expect("EHLO client.example", "250-")
			c.send(name)
			assert.Equal(t, tc.want, s.Messages()[0].TLS.Version, name)
		}
	}
}

func TestRejectRcpt(t *testing.T) {
	t.Parallel()
	s := start(t, nil, fakemx.RejectRcpt(550))
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<>", "250 ")
	require.Equal(t, "550 5.7.0 Recipient refused", c.ask("RCPT TO:<b@example.com>"))
	c.expect("DATA", "503 ")
	assert.Empty(t, s.Messages())

	c = greeted(t, start(t, nil, fakemx.RejectRcpt(421)))
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<>", "250 ")
	c.expect("RCPT TO:<b@example.com>", "421 4.7.0 ")
	c.ended()
}

func TestFailedHandshakeIsFollowedByNothing(t *testing.T) {
	t.Parallel()
	cfg, _ := identity(t)
	s := start(t, cfg)

	// A client that does not trust the certificate.
	c := greeted(t, s)
	raw := c.conn
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	var untrusted x509.UnknownAuthorityError
	require.ErrorAs(t, c.handshake(&tls.Config{ServerName: "mx.example"}), &untrusted)
	rest, err := io.ReadAll(raw)
	require.NoError(t, err)
	assert.NotContains(t, string(rest), "550")
	assert.True(t, s.Sessions()[0].Done)
	assert.EqualError(t, s.Sessions()[0].HandshakeErr, "remote error: "+tls.AlertError(42).Error())

	// A client that goes on in clear text behind the 220.
	c = greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	c.write("MAIL FROM:<a@sender.example>\r\n")
	rest, err = io.ReadAll(c.r)
	require.NoError(t, err)
	assert.Empty(t, string(rest))
	assert.Error(t, s.Sessions()[1].HandshakeErr)
	assert.NotContains(t, transcript(s.Sessions()[1]), "MAIL")
}
