package world_test

import (
	"bytes"
	"crypto/x509"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/probe"
)

// Real clients fetch from a served world through its sockets, by the names of
// its DNS server, what is of the present.
func TestServedWeb(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(repository+"  http://www.example.com/soon: crl issuer=own, delay=10ms\n"))
	require.NoError(t, err)
	p := servedWorld(t, s)
	c := &probe.Client{Dial: p.dial, Resolver: p.Resolver(), Now: time.Now}
	get := func(url string) verify.Response {
		got, err := c.Fetch(t.Context(), verify.Request{URL: url}, probe.FetchTimeout)
		require.NoError(t, err, url)
		return got
	}
	for _, url := range []string{"http://www.example.com/own.crl", "http://alias.example.com/own.crl", "http://www.example.com/moved"} {
		list, err := x509.ParseRevocationList(get(url).Body)
		require.NoError(t, err)
		assert.InDelta(t, 24, time.Since(list.ThisUpdate).Hours(), 1, "a list of the present")
	}
	assert.GreaterOrEqual(t, get("http://www.example.com/soon").Took, 10*time.Millisecond, "a delay is real")
	assert.Equal(t, http.StatusNotFound, get("http://www.example.com/nothing").Code)
	assert.Equal(t, verify.FetchUnreachable, get("http://dead.example.com/").Fault)
	assert.Equal(t, []netip.AddrPort{netip.MustParseAddrPort("[2001:db8::80]:80")}, p.silent, "where nobody ever answers")
	assert.Empty(t, p.Fetches(), "no records are kept")
	assert.Empty(t, p.Strays())
	assert.NoError(t, p.Err())
	p.locked(func() {
		require.Len(t, p.fetched, 6)
		assert.Equal(t, "http://www.example.com/moved", p.fetched[2].URL)
		assert.WithinDuration(t, time.Now(), p.fetched[0].At, time.Hour)
	})
}

// The world's own senders fetch as the probe does.
func TestProbeFetches(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(repository))
	require.NoError(t, err)
	w := world.Start(t, s, world.InMemory())
	sender := w.Sender()
	c := &probe.Client{Dial: sender.DialContext, Resolver: w.Resolver(), Now: sender.Now}
	for url, want := range map[string]verify.Response{
		"http://www.example.com/own.crl":   {Code: 200},
		"http://www.example.com/moved":     {Code: 200},
		"http://www.example.com/503":       {Code: 503},
		"http://www.example.com/late":      {Fault: verify.FetchSilent, Took: probe.FetchTimeout},
		"http://www.example.com/silent":    {Fault: verify.FetchSilent, Took: probe.FetchTimeout},
		"http://www.example.com/large.crl": {Code: 200},
		"http://dead.example.com/":         {Fault: verify.FetchUnreachable},
		"http://gone.example.com/":         {Fault: verify.FetchSilent, Took: probe.FetchTimeout},
	} {
		got, err := c.Fetch(t.Context(), verify.Request{URL: url}, probe.FetchTimeout)
		require.NoError(t, err, url)
		assert.Equal(t, []any{want.Fault, want.Code, want.Took}, []any{got.Fault, got.Code, got.Took}, url)
		if want.Code == 200 {
			_, err := x509.ParseRevocationList(got.Body)
			assert.NoError(t, err, url)
		}
	}
	got, err := c.Fetch(t.Context(), verify.Request{URL: "http://www.example.com/ocsp", Body: "no request"}, probe.FetchTimeout)
	require.NoError(t, err)
	assert.True(t, bytes.Equal([]byte{0x30, 3, 0x0a, 1, 1}, got.Body), "malformedRequest")
	assert.Empty(t, w.Strays())
}
