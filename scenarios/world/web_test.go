package world_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

const repository = `title: t
domain: example.com
zone: |
  example.com.       300 IN MX   10 mx1.example.com.
  mx1.example.com.   300 IN A    192.0.2.1
  www.example.com.   300 IN A    192.0.2.1
  alias.example.com. 300 IN CNAME www.example.com.
  dead.example.com.  300 IN A    192.0.2.80
  gone.example.com.  300 IN AAAA 2001:db8::80
certs:
  own: CN="Own CA" ca
  responder: CN=Responder issuer=own eku=OCSPSigning
  mx: SAN=example.com issuer=own send=leaf revoked=-2d crl=http://www.example.com/own.crl ocsp=http://www.example.com/ocsp aia=http://www.example.com/own.crt
hosts:
  192.0.2.1: mx
web:
  http://www.example.com/own.crl: crl issuer=own
  http://www.example.com/own.crt: certificate of=own
  http://www.example.com/ocsp: ocsp issuer=own signed-by=responder
  http://www.example.com/stale.crl: crl issuer=own until=-1d
  http://www.example.com/forged.crl: crl issuer=own signed-by=private
  http://www.example.com/large.crl: crl issuer=own size=10MB
  http://www.example.com/503: crl, status=503
  http://www.example.com/moved: redirect=http://alias.example.com/own.crl
  http://alias.example.com/own.crl: crl issuer=own
  http://www.example.com/late: crl, delay=20s
  http://www.example.com/silent: silent
  http://www.example.com/garbage: crl, body=garbage
  http://www.example.com/empty: body=empty
  http://www.example.com/wall/: status=403
  http://www.example.com/wall/inner: status=410
  http://dead.example.com/: connect=refused
  http://gone.example.com/: connect=silent
`

// A browser fetches as a sender of a world, and waits for half a minute.
type browser struct {
	*world.World
	*world.Sender
	http.Client
}

const patience = 30 * time.Second

func newBrowser(t *testing.T, src string, options ...world.Option) *browser {
	t.Helper()
	s, err := scenarios.Parse("f.yaml", "f", []byte(src))
	require.NoError(t, err)
	w := world.Start(t, s, options...)
	b := &browser{World: w, Sender: w.Sender()}
	transport := &http.Transport{DialContext: b.dial}
	b.Transport = transport
	t.Cleanup(transport.CloseIdleConnections)
	return b
}

// dial finds the host in the scenario: what net.Resolver would do goes by the
// wall clock.
func (b *browser) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	for _, res := range b.Scenario.Web {
		if strings.EqualFold(res.Host, host) {
			address = net.JoinHostPort(res.Addrs[0].String(), port)
		}
	}
	c, err := b.Sender.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return c, c.SetDeadline(b.Now().Add(patience))
}

// fetch gives the status and the body of an answer.
func (b *browser) fetch(t *testing.T, url string) (int, []byte) {
	t.Helper()
	r, err := b.Get(url)
	require.NoError(t, err, url)
	return read(t, r)
}

func read(t *testing.T, r *http.Response) (int, []byte) {
	t.Helper()
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, body
}

func (b *browser) list(t *testing.T, url string) *x509.RevocationList {
	t.Helper()
	status, body := b.fetch(t, url)
	require.Equal(t, http.StatusOK, status)
	l, err := x509.ParseRevocationList(body)
	require.NoError(t, err, url)
	return l
}

// What a certificate names is there, and holds.
func TestWeb(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]world.Option{"sockets": nil, "in memory": {world.InMemory()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, repository, options...)
			leaf := shown(t, b.Sender, "192.0.2.1:25").PeerCertificates[0]

			_, body := b.fetch(t, leaf.IssuingCertificateURL[0])
			issuer, err := x509.ParseCertificate(body)
			require.NoError(t, err)
			require.NoError(t, leaf.CheckSignatureFrom(issuer))

			crl := b.list(t, leaf.CRLDistributionPoints[0])
			require.NoError(t, crl.CheckSignatureFrom(issuer))
			require.Len(t, crl.RevokedCertificateEntries, 1)
			assert.Equal(t, leaf.SerialNumber, crl.RevokedCertificateEntries[0].SerialNumber)
			assert.Equal(t, world.Now.Add(6*24*time.Hour), crl.NextUpdate)

			request, err := ocsp.CreateRequest(leaf, issuer, nil)
			require.NoError(t, err)
			r, err := b.Post(leaf.OCSPServer[0], "application/ocsp-request", bytes.NewReader(request))
			require.NoError(t, err)
			assert.Equal(t, "application/ocsp-response", r.Header.Get("Content-Type"))
			assert.Equal(t, world.Now.Format(http.TimeFormat), r.Header.Get("Date"), "a page is of the sender's time")
			_, posted := read(t, r)
			answer, err := ocsp.ParseResponseForCert(posted, leaf, issuer)
			require.NoError(t, err)
			assert.Equal(t, ocsp.Revoked, answer.Status)
			assert.Equal(t, "Responder", answer.Certificate.Subject.CommonName)
			_, got := b.fetch(t, leaf.OCSPServer[0]+"/"+url.PathEscape(base64.StdEncoding.EncodeToString(request)))
			assert.Equal(t, posted, got, "GET is answered as POST is")

			// The list is renewed while the sender waits.
			b.WaitUntil(world.Now.Add(7 * 24 * time.Hour))
			b.Transport.(*http.Transport).CloseIdleConnections()
			assert.Equal(t, world.Now.Add(13*24*time.Hour), b.list(t, leaf.CRLDistributionPoints[0]).NextUpdate)
			assert.NoError(t, b.Err())
			assert.Empty(t, b.Strays())
		})
	}
}

// Each defect of a list arrives.
func TestWebDefects(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, repository)
	_, body := b.fetch(t, "http://www.example.com/own.crt")
	issuer, err := x509.ParseCertificate(body)
	require.NoError(t, err)

	assert.Equal(t, world.Now.Add(-24*time.Hour), b.list(t, "http://www.example.com/stale.crl").NextUpdate)
	forged := b.list(t, "http://www.example.com/forged.crl")
	assert.Equal(t, issuer.RawSubject, forged.RawIssuer)
	assert.Error(t, forged.CheckSignatureFrom(issuer))
	assert.Greater(t, len(b.list(t, "http://www.example.com/large.crl").Raw), 10_000_000)

	for path, want := range map[string]int{"/503": 503, "/nothing": 404, "/own.crl/more": 404, "/wall/or/anything?behind=it": 403, "/wall/inner/one": 410,
		"/wall/inner": 410} {
		status, body := b.fetch(t, "http://www.example.com"+path)
		assert.Equal(t, want, status, path)
		assert.Empty(t, body, path)
	}
	for path, want := range map[string]string{"/garbage": "<html>", "/empty": ""} {
		status, body := b.fetch(t, "http://www.example.com"+path)
		assert.Equal(t, 200, status)
		assert.Contains(t, string(body), want)
		_, err := x509.ParseRevocationList(body)
		assert.Error(t, err)
	}
	assert.Equal(t, b.list(t, "http://www.example.com/own.crl").Raw, b.list(t, "http://www.example.com/moved").Raw, "the browser follows")
	assert.ElementsMatch(t, []string{"nothing is served at http://www.example.com/nothing, which was fetched",
		"nothing is served at http://www.example.com/own.crl/more, which was fetched"}, b.Strays())

	r, err := b.Post("http://www.example.com/own.crl", "text/plain", bytes.NewReader(nil))
	require.NoError(t, err)
	status, _ := read(t, r)
	assert.Equal(t, http.StatusMethodNotAllowed, status, "a list is not posted to")
	r, err = b.Post("http://www.example.com/ocsp", "application/ocsp-request", bytes.NewReader(make([]byte, 70_000)))
	require.NoError(t, err)
	status, _ = read(t, r)
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)
	_, body = b.fetch(t, "http://www.example.com/ocsp/!")
	_, err = ocsp.ParseResponse(body, nil)
	assert.Equal(t, ocsp.ResponseError{Status: ocsp.Malformed}, err)
}

// Silence and delays pass on the sender's clock, and cost nothing.
func TestWebTime(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]world.Option{"sockets": nil, "in memory": {world.InMemory()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, repository, options...)
			b.list(t, "http://www.example.com/late")
			assert.Equal(t, world.Now.Add(20*time.Second), b.Now())

			b.Transport.(*http.Transport).CloseIdleConnections()
			_, err := b.Get("http://www.example.com/silent")
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			assert.Equal(t, world.Now.Add(20*time.Second+patience), b.Now())

			_, err = b.Get("http://dead.example.com/")
			assert.ErrorIs(t, err, syscall.ECONNREFUSED)
			assert.Equal(t, world.Now.Add(20*time.Second+patience), b.Now())
			_, err = b.Get("http://gone.example.com/a.crl")
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			assert.Equal(t, world.Now.Add(35*time.Second+patience), b.Now())
		})
	}
}

// An address has its web host at port 80, whatever stands at port 25, and only
// there.
func TestWebPort(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, repository+"sender:\n  address: 198.51.100.1\n")
	_, err := b.DialContext(t.Context(), "tcp", "192.0.2.80:25")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	assert.Equal(t, []string{"no host stands at 192.0.2.80, which was connected to"}, b.Strays())
	_, err = b.DialContext(t.Context(), "tcp", "192.0.2.1:443")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	_, err = b.DialContext(t.Context(), "tcp", "[2001:db8::80]:80")
	assert.ErrorIs(t, err, syscall.ENETUNREACH, "the sender has no IPv6")
}

// The world knows who fetched what, and when.
func TestFetches(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, repository)
	assert.Empty(t, b.Fetches())
	b.fetch(t, "http://WWW.example.com:80/own.crl")
	b.list(t, "http://www.example.com/late")
	other := &browser{World: b.World, Sender: b.World.Sender()}
	transport := &http.Transport{DialContext: other.dial}
	other.Transport = transport
	defer transport.CloseIdleConnections()
	r, err := other.Head("http://www.example.com/nothing?x=%41")
	require.NoError(t, err)
	read(t, r)
	all := b.Fetches()
	require.Len(t, all, 3)
	assert.NotEqual(t, all[0].Sender, all[2].Sender)
	for i, want := range []world.Fetch{
		{Sender: all[0].Sender, Method: "GET", URL: "http://www.example.com/own.crl", At: world.Now},
		{Sender: all[0].Sender, Method: "GET", URL: "http://www.example.com/late", At: world.Now},
		{Sender: all[2].Sender, Method: "HEAD", URL: "http://www.example.com/nothing?x=%41", At: world.Now},
	} {
		assert.Equal(t, want, all[i])
	}
}

// A world that is closed has no web hosts, and closing does not wait for those
// who wait.
func TestCloseWeb(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, repository)
	c, err := b.DialContext(t.Context(), "tcp", "192.0.2.1:80")
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.SetDeadline(b.Now().Add(patience)))
	answers := bufio.NewReader(c)
	get := func(paths ...string) {
		var requests strings.Builder
		for _, path := range paths {
			fmt.Fprintf(&requests, "GET /%s HTTP/1.1\r\nHost: www.example.com\r\n\r\n", path)
		}
		_, err := c.Write([]byte(requests.String()))
		require.NoError(t, err)
	}
	answered := func() {
		r, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		status, _ := read(t, r)
		assert.Equal(t, http.StatusOK, status)
	}
	get("own.crl")
	answered()
	get("late")
	answered()
	assert.Equal(t, world.Now.Add(20*time.Second), b.Now())
	// The silence is behind the answers to what was asked before.
	get("own.crt", "own.crl", "silent")
	answered()
	answered()
	_, err = answers.ReadByte()
	require.ErrorIs(t, err, os.ErrDeadlineExceeded, "nobody answers, as on a fresh connection")
	assert.Equal(t, world.Now.Add(patience), b.Now())
	b.World.Close()
	_, err = b.DialContext(t.Context(), "tcp", "192.0.2.1:80")
	assert.ErrorIs(t, err, net.ErrClosed)
}
