package deliver_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"mxlab/fakedns"
	"mxlab/internal/testca"
	"mxlab/verify"
	"mxlab/verify/deliver"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

// A web is a host that serves revocation data, with its name in the DNS.
type web struct {
	mu      sync.Mutex
	now     time.Time
	pages   map[string][]byte // by path
	fetched []string          // "GET /crl", in order
}

// newWeb starts a web host, and gives a sender that reaches it.
func newWeb(t *testing.T) (*web, *deliver.Sender) {
	w := &web{now: testca.Noon, pages: map[string][]byte{}}
	dns, err := fakedns.NewServer("web.example.net. 300 IN A 192.0.2.80")
	require.NoError(t, err)
	t.Cleanup(dns.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: w}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(l)
	}()
	t.Cleanup(func() {
		server.Close()
		<-done
	})
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "192.0.2.80:80" {
			address = l.Addr().String()
		}
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return timeless{conn}, err
	}
	return w, &deliver.Sender{Client: &probe.Client{Dial: dial, Resolver: dns.ListenAddr(), Now: w.time, Name: "mail.sender.example"}}
}

// A timeless connection has no deadlines: the sender's clock is not the real one.
type timeless struct{ net.Conn }

func (timeless) SetDeadline(time.Time) error { return nil }

func (w *web) time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *web) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *web) serve(path string, body []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[path] = body
}

func (w *web) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fetched = append(w.fetched, r.Method+" "+r.URL.Path)
	body, ok := w.pages[r.URL.Path]
	if !ok {
		to.WriteHeader(http.StatusNotFound)
	}
	to.Write(body)
}

// asked gives what was fetched since it was called last.
func (w *web) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.fetched = nil }()
	return w.fetched
}

var somewhere = netip.MustParseAddrPort("192.0.2.1:25")

const site = "http://web.example.net"

func names(c *x509.Certificate) {
	c.OCSPServer, c.CRLDistributionPoints = []string{site + "/ocsp"}, []string{site + "/crl"}
}

func faults(p *pkix.Path) (list []string) {
	for _, f := range p.Faults {
		list = append(list, string(f.Kind))
	}
	return list
}

// TestFetchedOnce: a list is fetched once until its nextUpdate, over several
// deliveries and queue runs, and then again.
func TestFetchedOnce(t *testing.T) {
	t.Parallel()
	root := testca.Root(t, "Root")
	leaf := root.Issue(t, "mx.example.com", func(c *x509.Certificate) { c.CRLDistributionPoints = []string{site + "/crl"} })
	neighbour := root.Issue(t, "mx2.example.com", func(c *x509.Certificate) { c.CRLDistributionPoints = []string{site + "/crl"} })
	w, s := newWeb(t)
	s.Anchors, s.Web, s.Paths = []*x509.Certificate{root.Certificate}, new(deliver.Web), new(verify.Paths)
	w.serve("/crl", root.CRL(t, nil, neighbour))
	check := func(host *testca.Holder) []string {
		path := deliver.Completed(s, t.Context(), testca.Chain(host), pkix.OpenSSL(1))
		return faults(deliver.Revocation(s, t.Context(), path, nil, verify.CryptoAPI()))
	}
	assert.Empty(t, check(leaf))
	assert.Equal(t, []string{"GET /crl"}, w.asked())
	assert.Empty(t, check(leaf))
	assert.Equal(t, []string{"revoked"}, check(neighbour), "the list is about both")
	w.pass(24*time.Hour - time.Second)
	assert.Empty(t, check(leaf))
	assert.Empty(t, w.asked(), "before nextUpdate")

	w.pass(time.Second)
	assert.Empty(t, check(leaf), "in that second it may still be used")
	assert.Equal(t, []string{"GET /crl"}, w.asked(), "but it is fetched again")
	w.pass(time.Second)
	assert.Equal(t, []string{"revocation-offline"}, check(leaf), "the list has not been renewed")
	assert.Equal(t, []string{"GET /crl"}, w.asked())
	w.serve("/crl", root.CRL(t, func(l *x509.RevocationList) { l.NextUpdate = testca.Noon.Add(72 * time.Hour) }, leaf))
	assert.Equal(t, []string{"revoked"}, check(leaf), "what was of no use is not kept")
	assert.Equal(t, []string{"GET /crl"}, w.asked())
	assert.Equal(t, []string{"revoked"}, check(leaf))
	assert.Empty(t, w.asked())
}

// TestSourcesInTurn: the staple, then the responder, then the list; what one
// does not tell the next may.
func TestSourcesInTurn(t *testing.T) {
	t.Parallel()
	root := testca.Root(t, "Root")
	between := root.Issue(t, "Between", testca.Authority, names)
	leaf := between.Issue(t, "mx.example.com", names)
	good, gone := between.OCSP(t, leaf, ocsp.Good), between.OCSP(t, leaf, ocsp.Revoked)
	for _, row := range []struct {
		name   string
		staple []byte
		ocsp   []byte
		crl    []byte
		rules  verify.RevocationRules
		asked  []string
		faults []string
	}{
		{name: "the staple tells", staple: good, rules: verify.CryptoAPI()},
		{name: "the staple tells that it is revoked", staple: gone, ocsp: good, rules: verify.CryptoAPI(), faults: []string{"revoked"}},
		{name: "a staple about another", staple: between.OCSP(t, between, ocsp.Good), ocsp: good, rules: verify.CryptoAPI(), asked: []string{"POST /ocsp"}},
		{name: "a staple that does not count", staple: gone, ocsp: good, rules: verify.RevocationRules{OCSP: true}, asked: []string{"POST /ocsp"}},
		{name: "the responder tells", ocsp: gone, crl: between.CRL(t, nil), rules: verify.CryptoAPI(), asked: []string{"POST /ocsp"}, faults: []string{"revoked"}},
		{name: "the responder does not know", ocsp: between.OCSP(t, leaf, ocsp.Unknown), crl: between.CRL(t, nil, leaf), rules: verify.CryptoAPI(), asked: []string{"POST /ocsp", "GET /crl"}, faults: []string{"revoked"}},
		{name: "the responder is not there", crl: between.CRL(t, nil), rules: verify.CryptoAPI(), asked: []string{"POST /ocsp", "GET /crl"}},
		{name: "lists alone", ocsp: gone, crl: between.CRL(t, nil), rules: verify.RevocationRules{CRL: true}, asked: []string{"GET /crl"}},
		{name: "nobody is there", rules: verify.CryptoAPI(), asked: []string{"POST /ocsp", "GET /crl"}, faults: []string{"revocation-offline"}},
		{name: "nobody is there, which passes", rules: verify.RevocationRules{OCSP: true, CRL: true, Soft: true}, asked: []string{"POST /ocsp", "GET /crl"}},
		{name: "nobody is asked", rules: verify.RevocationRules{}, faults: []string{"revocation-offline"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, s := newWeb(t)
			s = deliver.Equipped(s)
			s.Anchors = []*x509.Certificate{root.Certificate}
			if row.ocsp != nil {
				w.serve("/ocsp", row.ocsp)
			}
			if row.crl != nil {
				w.serve("/crl", row.crl)
			}
			rules := row.rules
			rules.LeafOnly = true
			path := deliver.Completed(s, t.Context(), testca.Chain(leaf, between), pkix.OpenSSL(1))
			require.True(t, path.OK())
			assert.Equal(t, row.faults, faults(deliver.Revocation(s, t.Context(), path, row.staple, rules)))
			assert.Equal(t, row.asked, w.asked())
		})
	}
}

// TestRootDown: the certificates below the root are asked about, the highest
// first; a path that does not hold is not asked about.
func TestRootDown(t *testing.T) {
	t.Parallel()
	root := testca.Root(t, "Root")
	at := func(path string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.CRLDistributionPoints = []string{site + path} }
	}
	between := root.Issue(t, "Between", testca.Authority, at("/high"))
	leaf := between.Issue(t, "mx.example.com", at("/low"))
	w, s := newWeb(t)
	s = deliver.Equipped(s)
	w.serve("/high", root.CRL(t, nil, between))
	path := deliver.Completed(s, t.Context(), testca.Chain(leaf, between), pkix.OpenSSL(1))
	assert.Equal(t, []string{"unknown-ca"}, faults(deliver.Revocation(s, t.Context(), path, nil, verify.CryptoAPI())))
	assert.Empty(t, w.asked())

	s.Anchors = []*x509.Certificate{root.Certificate}
	path = deliver.Completed(s, t.Context(), testca.Chain(leaf, between), pkix.OpenSSL(1))
	assert.Equal(t, []string{"revocation-offline", "revoked"}, faults(deliver.Revocation(s, t.Context(), path, nil, verify.CryptoAPI())))
	assert.Equal(t, []string{"GET /high", "GET /low"}, w.asked())
}

// TestIssuersAreFetched: the issuers that a host did not send, three at most,
// and each once.
func TestIssuersAreFetched(t *testing.T) {
	t.Parallel()
	at := func(paths ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			for _, p := range paths {
				c.IssuingCertificateURL = append(c.IssuingCertificateURL, site+p)
			}
		}
	}
	root := testca.Root(t, "Root")
	first := root.Issue(t, "First", testca.Authority)
	second := first.Issue(t, "Second", testca.Authority, at("/first"))
	third := second.Issue(t, "Third", testca.Authority, at("/second"))
	fourth := third.Issue(t, "Fourth", testca.Authority, at("/third"))
	for _, row := range []struct {
		name   string
		leaf   *testca.Holder
		valid  bool
		asked  []string
		faults []string
	}{
		{"one is missing", first.Issue(t, "mx.example.com", at("/first")), true, []string{"GET /first"}, nil},
		{"three are missing", third.Issue(t, "mx.example.com", at("/third")), true, []string{"GET /third", "GET /second", "GET /first"}, nil},
		{"four are missing", fourth.Issue(t, "mx.example.com", at("/fourth")), false, []string{"GET /fourth", "GET /third", "GET /second"}, []string{"unknown-ca"}},
		{"the second address has it", first.Issue(t, "mx.example.com", at("/nothing", "/first", "/second")), true, []string{"GET /nothing", "GET /first"}, nil},
		{"another is there", first.Issue(t, "mx.example.com", at("/second")), false, []string{"GET /second"}, []string{"missing-intermediate"}},
		{"nothing is named", first.Issue(t, "mx.example.com"), false, nil, []string{"missing-intermediate"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, s := newWeb(t)
			s = deliver.Equipped(s)
			s.Anchors = []*x509.Certificate{root.Certificate}
			for path, c := range map[string]*testca.Holder{"/first": first, "/second": second, "/third": third, "/fourth": fourth} {
				w.serve(path, c.Raw)
			}
			path := deliver.Completed(s, t.Context(), testca.Chain(row.leaf), pkix.OpenSSL(1))
			assert.Equal(t, row.faults, faults(path))
			assert.Equal(t, row.asked, w.asked())
			if row.valid {
				assert.True(t, deliver.Completed(s, t.Context(), testca.Chain(row.leaf), pkix.OpenSSL(1)).OK())
				for _, again := range w.asked() {
					assert.Equal(t, "GET /nothing", again, "what was fetched is kept")
				}
			}
		})
	}
}

// TestWebIsBounded: a Web that is full begins anew, and what replaces something
// takes its room.
func TestWebIsBounded(t *testing.T) {
	t.Parallel()
	w, noon := new(deliver.Web), testca.Noon
	page, until := verify.Got(200, make([]byte, deliver.MaxKept/4), 0), noon.Add(time.Second)
	request := func(i int) verify.Request { return verify.Request{URL: fmt.Sprint(i)} }
	for i := range 4 {
		for range 3 {
			deliver.Keep(w, request(i), page, until)
		}
	}
	held := func() (n int) {
		for i := range 6 {
			if _, ok := deliver.Kept(w, request(i), noon); ok {
				n++
			}
		}
		return n
	}
	assert.Equal(t, 4, held())
	deliver.Keep(w, request(4), page, until)
	assert.Equal(t, 1, held())
	_, ok := deliver.Kept(w, request(4), noon.Add(time.Second))
	assert.False(t, ok, "beyond its time")
}
