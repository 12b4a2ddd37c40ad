package serve_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/smtp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/serve"
)

// plainText is a scenario of two hosts, of which the tests make others.
const plainText = `title: t
domain: example.com
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  example.com.      300 IN MX 20 mx2.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
  mx2.example.com.  300 IN A  192.0.2.2
certs:
  one: SAN=mx1.example.com
  two: SAN=mx2.example.com
hosts:
  192.0.2.1: one
  192.0.2.2: two
`

// parse reads the text, in which the words have taken each other's places.
func parse(t *testing.T, changes ...string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("f.yaml", "f", []byte(strings.NewReplacer(changes...).Replace(plainText)))
	require.NoError(t, err)
	return s
}

// session is a session with a host, greeted.
func session(t *testing.T, table serve.Table, at string) *smtp.Client {
	t.Helper()
	c, err := table.Dial(t.Context(), "tcp", at)
	require.NoError(t, err)
	client, err := smtp.NewClient(c, "mx1.example.com")
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	require.NoError(t, client.Hello("client.test"))
	return client
}

// send sends a message, and ends the session.
func send(c *smtp.Client) error {
	for _, step := range []func() error{
		func() error { return c.Mail("a@client.test") },
		func() error { return c.Rcpt("b@example.com") },
		func() error {
			w, err := c.Data()
			if err != nil {
				return err
			}
			_, err = w.Write([]byte("Subject: s\r\n\r\nx\r\n"))
			return errors.Join(err, w.Close())
		},
		c.Quit,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func resolver(table serve.Table, network string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return table.Dial(ctx, network, table.DNS)
	}}
}

func roots(sv *serve.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range sv.Roots() {
		pool.AddCert(c)
	}
	return pool
}

// A world moves in at the same ports, and whoever talks to the one before may
// come to an end; trust that was given once is enough.
func TestChange(t *testing.T) {
	t.Parallel()
	sv := start(t, parse(t))
	before, trusted := sv.Table(), roots(sv)
	open := session(t, before, "192.0.2.1:25")
	addrs, err := resolver(before, "tcp").LookupHost(t.Context(), "mx2.example.com.")
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.2"}, addrs)

	require.NoError(t, sv.Change(parse(t, "A  192.0.2.2", "A  192.0.2.3", "192.0.2.2: two", "192.0.2.3: two", "192.0.2.1: one", "192.0.2.1: one, rcpt=550")))
	after := sv.Table()
	assert.Equal(t, before.DNS, after.DNS)
	assert.Equal(t, before.Ports[0].At, after.Ports[0].At)
	assert.Equal(t, "one, rcpt=550", after.Ports[0].Host)
	_, err = before.Dial(t.Context(), "tcp", "192.0.2.2:25")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED, "a port that is no more")
	for _, network := range []string{"udp", "tcp"} {
		addrs, err := resolver(after, network).LookupHost(t.Context(), "mx2.example.com.")
		require.NoError(t, err)
		assert.Equal(t, []string{"192.0.2.3"}, addrs, network)
	}
	assert.ErrorContains(t, send(session(t, after, "192.0.2.1:25")), "550")
	assert.NoError(t, send(open), "a session of the world before")

	c := session(t, after, "192.0.2.3:25")
	require.NoError(t, c.StartTLS(&tls.Config{ServerName: "mx2.example.com", RootCAs: trusted}), "whoever trusted the roots of the first world")
	assert.NoError(t, send(c))

	require.NoError(t, sv.Change(parse(t)))
	assert.Equal(t, before, sv.Table(), "a port comes back to where it was")
	assert.NoError(t, sv.Err())
}

// Sessions that are open when the server is closed end, also those of a world
// that is gone.
func TestCloseEndsOldSessions(t *testing.T) {
	t.Parallel()
	sv := start(t, parse(t))
	var open []*smtp.Client
	for range 20 {
		open = append(open, session(t, sv.Table(), "192.0.2.1:25"))
		require.NoError(t, sv.Change(parse(t)))
	}
	assert.Error(t, open[0].Noop(), "the oldest of too many worlds was ended")
	assert.NoError(t, open[19].Noop())
	sv.Close()
	assert.Error(t, open[19].Noop())
	assert.ErrorContains(t, sv.Change(parse(t)), "closed")
}

// What cannot be served leaves what is.
func TestChangeThatFails(t *testing.T) {
	t.Parallel()
	sv := start(t, parse(t))
	before := sv.Table()
	mistaken := parse(t, "192.0.2.2: two", "192.0.2.2: two, no-starttls")
	mistaken.Hosts[1].Host.Cert = "nobody"
	require.Error(t, sv.Change(mistaken))
	assert.Equal(t, before, sv.Table())
	assert.NoError(t, send(session(t, before, "192.0.2.2:25")))
	addrs, err := resolver(before, "udp").LookupHost(t.Context(), "mx2.example.com.")
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.2"}, addrs)
}
