package fakemx_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An eager connection sends some octets together with the first write, and
// takes the line that answers them out of the input.
type eager struct {
	net.Conn
	first []byte
	r     *bufio.Reader
	line  string
}

func (e *eager) Write(p []byte) (int, error) {
	both := append(e.first, p...)
	n, err := e.Conn.Write(both)
	n -= len(e.first)
	e.first = nil
	return n, err
}

func (e *eager) Read(p []byte) (int, error) {
	if e.line == "" {
		var err error
		if e.line, err = e.r.ReadString('\n'); err != nil {
			return 0, err
		}
	}
	return e.r.Read(p)
}

func TestSTARTTLSAndClientHelloInOneSegment(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for _, tc := range []struct{ name, behind string }{
		{"nothing between", ""},
		{"clear text between", "NOOP\r\nMAIL FROM:<evil@sender.example>\r\nRCPT TO:<b@example.com>\r\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cfg)
			c := greeted(t, s)
			c.expect("EHLO client.example", "250-")
			e := &eager{Conn: c.conn, first: []byte("STARTTLS\r\n" + tc.behind), r: c.r}
			tc := tls.Client(e, trust)
			require.NoError(t, tc.Handshake())
			assert.Equal(t, "220 2.0.0 Ready to start TLS\r\n", e.line)
			c.conn, c.r = tc, bufio.NewReader(tc)
			c.expect("RCPT TO:<b@example.com>", "503 ")
			c.expect("EHLO client.example", "250-")
			c.expect("RCPT TO:<b@example.com>", "503 ")
			c.send("inside")
			require.Len(t, s.Messages(), 1)
			assert.Equal(t, "a@sender.example", s.Messages()[0].From)
			assert.NotContains(t, transcript(s.Sessions()[0]), "evil")
		})
	}
}

// The client certificate is there to be looked at.
func TestClientCertificateIsRecorded(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	asking := cfg.Clone()
	asking.ClientAuth = tls.RequireAnyClientCert
	s := start(t, asking)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	with := trust.Clone()
	with.Certificates = cfg.Certificates
	require.NoError(t, c.handshake(with))
	c.expect("EHLO client.example", "250-")
	state := s.Sessions()[0].TLS
	require.NotNil(t, state)
	require.Len(t, state.PeerCertificates, 1)
	assert.Equal(t, cfg.Certificates[0].Certificate[0], state.PeerCertificates[0].Raw)
}

func TestOctetsInsideTLSAreNeverClearText(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	trust.MaxVersion = tls.VersionTLS12 // whose alerts can be told from data
	c := greeted(t, start(t, cfg))
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	var seen bytes.Buffer
	c.conn = &tee{c.conn, &seen}
	require.NoError(t, c.handshake(trust))
	c.expect("EHLO client.example", "250-")
	c.send("one")
	c.expect("QUIT", "221 ")
	c.ended()
	var last byte
	for b := seen.Bytes(); len(b) > 0; {
		require.Contains(t, []byte{20, 21, 22, 23}, b[0], "not a TLS record: %q", b)
		last = b[0]
		b = b[5+int(b[3])<<8+int(b[4]):]
	}
	// RFC 8446 section 6.1: close_notify comes before the end.
	assert.Equal(t, byte(21), last, "the content type of the last record")
}

type tee struct {
	net.Conn
	w io.Writer
}

func (c *tee) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.w.Write(p[:n])
	return n, err
}
