package deliver_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	xpkix "crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
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

// A page is what a web host answers, and how late.
type page struct {
	body []byte
	code int
	late time.Duration
	hush bool // it never answers
}

// A clocked sender has a clock of its own, which moves when it waits for a page.
type clocked struct {
	mu       sync.Mutex
	now      time.Time
	resolver string
	pages    map[string]page // by path
	asked    []string
}

func (c *clocked) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clocked) client() *probe.Client {
	return &probe.Client{Dial: c.dial, Resolver: c.resolver, Now: c.time, Name: "mail.sender.example"}
}

func (c *clocked) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if address == c.resolver {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return timeless{conn}, err
	}
	near, far := net.Pipe() // nobody is at the other end
	far.Close()
	return &paged{Conn: near, of: c}, nil
}

// A paged connection answers when it is read. No time passes but what a page is
// late.
type paged struct {
	net.Conn
	of       *clocked
	request  bytes.Buffer
	answer   *bytes.Reader
	deadline time.Time
}

func (p *paged) SetDeadline(t time.Time) error {
	p.deadline = t
	return nil
}

func (p *paged) Write(b []byte) (int, error) { return p.request.Write(b) }

func (p *paged) Read(b []byte) (int, error) {
	if p.answer == nil {
		r, err := http.ReadRequest(bufio.NewReader(&p.request))
		if err != nil {
			return 0, err
		}
		c := p.of
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked = append(c.asked, r.URL.Path)
		page := c.pages[r.URL.Path]
		if then := c.now.Add(page.late); page.hush || !then.Before(p.deadline) {
			c.now = p.deadline
			return 0, os.ErrDeadlineExceeded
		} else {
			c.now = then
		}
		p.answer = bytes.NewReader(fmt.Appendf(nil, "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s", page.code, len(page.body), page.body))
	}
	return p.answer.Read(b)
}

// An incident is one random chain with what the web has about it.
type incident struct {
	root  *testca.Holder
	sent  [][]byte
	shown verify.TLS
	pages map[string]page
	rules verify.RevocationRules
}

func invent(t *testing.T, row int) incident {
	r := rand.New(rand.NewPCG(3, uint64(row)))
	in := incident{root: testca.Root(t, "Root"), pages: map[string]page{}}
	pick := func(n int) bool { return r.IntN(n) == 0 }
	names := func(who string) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			for i := range r.IntN(3) {
				c.OCSPServer = append(c.OCSPServer, fmt.Sprintf("%s/%s/ocsp/%d", site, who, i))
			}
			for i := range r.IntN(3) {
				c.CRLDistributionPoints = append(c.CRLDistributionPoints, fmt.Sprintf("%s/%s/crl/%d", site, who, i))
			}
			for i := range r.IntN(3) {
				c.IssuingCertificateURL = append(c.IssuingCertificateURL, fmt.Sprintf("%s/%s/aia/%d", site, who, i))
			}
		}
	}
	spoil := func(p page) page {
		p.code = 200
		p.late = []time.Duration{0, 0, 0, 0, 2 * time.Second, 6 * time.Second, 14 * time.Second, 16 * time.Second}[r.IntN(8)]
		switch r.IntN(8) {
		case 0:
			p.hush = true
		case 1:
			p.code = 503
		case 2:
			p.body = []byte("garbage")
		}
		return p
	}
	path := []*testca.Holder{in.root}
	for i := range 1 + r.IntN(3) {
		who, issuer := fmt.Sprint("level", i), path[0]
		next := issuer.Issue(t, who, testca.Authority, names(who))
		path = append([]*testca.Holder{next}, path...)
	}
	issuer := path[0]
	leaf := issuer.Issue(t, "leaf", names("leaf"), func(c *x509.Certificate) {
		if pick(4) {
			statusRequest := []byte{0x30, 3, 2, 1, 5} // RFC 7633 section 4
			c.ExtraExtensions = []xpkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: statusRequest}}
		}
	})
	path = append([]*testca.Holder{leaf}, path...)
	for i, c := range path[:len(path)-1] {
		issuer := path[i+1]
		for _, url := range c.OCSPServer {
			status := []int{ocsp.Good, ocsp.Good, ocsp.Revoked, ocsp.Unknown}[r.IntN(4)]
			in.pages[url[len(site):]] = spoil(page{body: issuer.OCSP(t, c, status)})
		}
		for _, url := range c.CRLDistributionPoints {
			var gone []*testca.Holder
			if pick(4) {
				gone = append(gone, c)
			}
			in.pages[url[len(site):]] = spoil(page{body: issuer.CRL(t, func(l *x509.RevocationList) {
				if pick(6) {
					l.NextUpdate = testca.Noon.Add(-time.Second)
				}
			}, gone...)})
		}
		for _, url := range c.IssuingCertificateURL {
			in.pages[url[len(site):]] = spoil(page{body: []*testca.Holder{issuer, issuer, issuer, leaf}[r.IntN(4)].Raw})
		}
		if i == 0 || !pick(3) {
			in.sent = append(in.sent, c.Raw)
		}
	}
	in.shown.Chain = in.sent
	if pick(4) {
		in.shown.Staple = issuer.OCSP(t, leaf, []int{ocsp.Good, ocsp.Revoked, ocsp.Unknown}[r.IntN(3)])
	}
	in.rules = verify.RevocationRules{Staple: !pick(4), OCSP: !pick(4), CRL: !pick(4), LeafOnly: pick(4), Soft: pick(4), MustStaple: pick(2), Within: []time.Duration{0, 20 * time.Second}[r.IntN(2)]}
	return in
}

// TestAgreement: of random chains, with random sources that answer, lie and keep
// silent, the judgement says what a sender comes to that asks step by step; and
// the sender asks nobody whom the judge did not ask.
func TestAgreement(t *testing.T) {
	t.Parallel()
	dns, err := fakedns.NewServer("web.example.net. 300 IN A 192.0.2.80")
	require.NoError(t, err)
	t.Cleanup(dns.Close)
	outcomes := map[string]int{}
	for row := range 400 {
		in := invent(t, row)
		anchors := []*x509.Certificate{in.root.Certificate}
		judge := &clocked{now: testca.Noon, resolver: dns.ListenAddr(), pages: in.pages}
		ev := &verify.Evidence{Now: testca.Noon, Anchors: anchors}
		session := &verify.Session{TLS: &in.shown}
		var judged *pkix.Path
		for {
			path, needs := ev.Completed(session, pkix.OpenSSL(1))
			if needs == nil {
				var r verify.Revocation
				if r, needs = ev.Revocation(&in.shown, path, in.rules); needs == nil {
					judged = r.Path
					break
				}
			}
			for _, n := range needs {
				_, err := judge.client().Fulfil(t.Context(), ev, n)
				require.NoError(t, err)
			}
		}

		made := &clocked{now: testca.Noon, resolver: dns.ListenAddr(), pages: in.pages}
		s := deliver.Equipped(&deliver.Sender{Client: made.client(), Anchors: anchors})
		path := deliver.Completed(s, t.Context(), in.sent, pkix.OpenSSL(1))
		path = deliver.Revocation(s, t.Context(), path, in.shown.Staple, in.rules)
		require.Equal(t, faults(judged), faults(path), "row %d, asked %v", row, made.asked)
		outcomes[strings.Join(faults(path), " ")]++

		asked := map[string]bool{}
		for _, a := range judge.asked {
			assert.False(t, asked[a], "row %d: the judge asked %s twice", row, a)
			asked[a] = true
		}
		for _, a := range made.asked {
			assert.True(t, asked[a], "row %d: the sender asked %s, and the judge did not", row, a)
		}
	}
	for _, want := range []string{"", "revoked", "revocation-offline", "missing-intermediate"} {
		assert.Greater(t, outcomes[want], 10, "%q among %v", want, outcomes)
	}
}
