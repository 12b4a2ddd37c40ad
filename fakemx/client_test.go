package fakemx_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// identity makes a self-signed certificate for mx.example, as a server's
// configuration and as a client's.
func identity(t testing.TB) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "mx.example"},
		DNSNames:     []string{"mx.example"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: roots, ServerName: "mx.example"}
}

// start runs a server until the end of the test.
func start(t testing.TB, cfg *tls.Config, faults ...fakemx.Fault) *fakemx.Server {
	t.Helper()
	s := &fakemx.Server{TLSConfig: cfg, Faults: faults}
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	return s
}

// A client speaks lines, and knows nothing of SMTP but where a reply ends.
type client struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
	read int // octets of all replies
}

func dial(t testing.TB, s *fakemx.Server) *client {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	return &client{t: t, conn: conn, r: bufio.NewReader(conn)}
}

// greeted dials and reads the greeting of an honest host.
func greeted(t testing.TB, s *fakemx.Server) *client {
	t.Helper()
	c := dial(t, s)
	require.Equal(t, "220 mx.example ESMTP Service Ready", c.reply())
	return c
}

func (c *client) write(text string) {
	c.t.Helper()
	_, err := io.WriteString(c.conn, text)
	require.NoError(c.t, err)
}

// reply reads one reply: its lines, with \n between them.
func (c *client) reply() string {
	c.t.Helper()
	var lines []string
	for {
		line, err := c.r.ReadString('\n')
		require.NoError(c.t, err, "reading a reply, after %q", line)
		require.True(c.t, strings.HasSuffix(line, "\r\n"), "%q does not end in CR LF", line)
		require.GreaterOrEqual(c.t, len(line), 6, "%q is too short for a reply", line)
		c.read += len(line)
		lines = append(lines, strings.TrimSuffix(line, "\r\n"))
		if line[3] != '-' {
			return strings.Join(lines, "\n")
		}
	}
}

// ask sends a command and returns the reply.
func (c *client) ask(command string) string {
	c.t.Helper()
	c.write(command + "\r\n")
	return c.reply()
}

// expect sends a command; its reply must begin so.
func (c *client) expect(command, reply string) {
	c.t.Helper()
	got := c.ask(command)
	require.True(c.t, strings.HasPrefix(got, reply), "%q was answered by %q, not %q", command, got, reply)
}

// ended reads the end of the connection, and nothing before it.
func (c *client) ended() {
	c.t.Helper()
	rest, err := io.ReadAll(c.r)
	require.NoError(c.t, err)
	require.Empty(c.t, string(rest), "octets before the end of the connection")
}

// handshake turns the connection into TLS behind a 220.
func (c *client) handshake(cfg *tls.Config) error {
	require.Zero(c.t, c.r.Buffered(), "octets behind the 220")
	tc := tls.Client(c.conn, cfg)
	err := tc.Handshake()
	c.conn, c.r = tc, bufio.NewReader(tc)
	return err
}

// gone waits for the end of a connection on which a handshake failed: the
// host notes why after it has sent the alert, and before it closes.
func (c *client) gone() {
	c.t.Helper()
	_, err := io.Copy(io.Discard, c.conn.(*tls.Conn).NetConn())
	require.NoError(c.t, err)
}

// send runs a transaction up to the reply to the final dot.
func (c *client) send(text string) {
	c.t.Helper()
	c.expect("MAIL FROM:<a@sender.example>", "250 ")
	c.expect("RCPT TO:<b@example.com>", "250 ")
	c.expect("DATA", "354 ")
	c.expect(text+"\r\n.", "250 ")
}

func lines(all ...string) string { return strings.Join(all, "\n") }
