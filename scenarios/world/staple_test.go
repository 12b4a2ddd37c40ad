package world_test

import (
	"crypto/tls"
	"net/smtp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// A host staples the answer that the line of its certificate has, as of the
// sender's time.
func TestStaple(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(`title: t
domain: example.com
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
  mx2.example.com.  300 IN A  192.0.2.2
certs:
  stapled: SAN=example.com staple=good send=leaf,issuer
  bare: SAN=example.com
hosts:
  192.0.2.1: stapled
  192.0.2.2: bare
`))
	require.NoError(t, err)
	for name, options := range map[string][]world.Option{"sockets": nil, "in memory": {world.InMemory()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender := world.Start(t, s, options...).Sender()
			sender.WaitUntil(world.Now.Add(30 * 24 * time.Hour))
			state := shown(t, sender, "192.0.2.1:25")
			answer, err := ocsp.ParseResponseForCert(state.OCSPResponse, state.PeerCertificates[0], state.PeerCertificates[1])
			require.NoError(t, err)
			assert.Equal(t, ocsp.Good, answer.Status)
			assert.Equal(t, world.Now.Add(29*24*time.Hour), answer.ThisUpdate)
			assert.Nil(t, shown(t, sender, "192.0.2.2:25").OCSPResponse)
		})
	}
}

// shown gives what a host shows inside TLS.
func shown(t *testing.T, sender *world.Sender, address string) tls.ConnectionState {
	t.Helper()
	conn, err := sender.DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	c, err := smtp.NewClient(conn, "example.com")
	require.NoError(t, err)
	require.NoError(t, c.StartTLS(&tls.Config{InsecureSkipVerify: true}))
	state, ok := c.TLSConnectionState()
	require.True(t, ok)
	return state
}
