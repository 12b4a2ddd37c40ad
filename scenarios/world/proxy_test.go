package world_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

const behindProxy = `title: t
domain: example.com
zone: |
  example.com.         300 IN MX 10 mx1.example.com.
  mx1.example.com.     300 IN A  192.0.2.1
  crl.example.com.     300 IN A  192.0.2.80
  proxy.example.com.   300 IN A  192.0.2.81
  closed.example.com.  300 IN A  192.0.2.82
certs:
  own: CN="Own CA" ca
  mx: SAN=sender.example issuer=own crl=http://crl.example.com/own.crl
hosts:
  192.0.2.1: mx
web:
  http://crl.example.com/own.crl: crl issuer=own, connect=refused
  http://proxy.example.com/: proxy
  http://closed.example.com/: proxy, status=407
sender:
  cert: mx
  proxy: proxy.example.com
receive:
  exchange/receive-domain-secure: refused
`

// A proxy reaches a host that its clients do not, and serves no page of its own.
func TestProxy(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, behindProxy)
	_, err := b.Get("http://crl.example.com/own.crl")
	require.ErrorContains(t, err, "refused")
	status, _ := b.fetch(t, "http://proxy.example.com/")
	assert.Equal(t, http.StatusBadRequest, status)
	b.Transport.(*http.Transport).Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.example.com"})
	assert.Equal(t, "CN=Own CA", b.list(t, "http://crl.example.com/own.crl").Issuer.String())
	assert.Empty(t, b.Strays())
	status, _ = b.fetch(t, "http://crl.example.com/other.crl")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Len(t, b.Strays(), 1, "what stands nowhere is none of the scenario's")
	b.Transport.(*http.Transport).CloseIdleConnections()
	b.Transport.(*http.Transport).Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "closed.example.com"})
	status, _ = b.fetch(t, "http://crl.example.com/own.crl")
	assert.Equal(t, http.StatusProxyAuthRequired, status)
}

// The proxy is the sender's: a receiver asks without.
func TestAReceiverHasNotTheSendersProxy(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(behindProxy))
	require.NoError(t, err)
	w := world.Start(t, s)
	r, err := w.Run(t.Context(), scenarios.Modes()[:1])
	require.NoError(t, err)
	require.Len(t, r.Received, 1)
	assert.Empty(t, r.Received[0].Broken(), r.Received[0].Words())
	assert.Empty(t, r.Received[0].Disagreement())
	assert.Empty(t, w.Fetches(), "nobody came to the proxy")
}
