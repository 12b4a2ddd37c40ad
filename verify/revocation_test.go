package verify_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"mxlab/internal/testca"
	"mxlab/verify"
	verifypkix "mxlab/verify/pkix"
)

const site = "http://web.example.net"

func responders(paths ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, p := range paths {
			c.OCSPServer = append(c.OCSPServer, site+p)
		}
	}
}

func lists(paths ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, p := range paths {
			c.CRLDistributionPoints = append(c.CRLDistributionPoints, site+p)
		}
	}
}

func mustStaple(c *x509.Certificate) {
	der, _ := asn1.Marshal([]int{5})
	c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: der}}
}

// told are pages by their path: what is fetched from there, to whatever request.
type told map[string]verify.Response

func got(body []byte) verify.Response { return verify.Got(200, body, 0) }

func failed(f verify.FetchFault) verify.Response { return verify.Response{Fault: f} }

// inquire asks about the certificate of a host, and fulfils needs from the pages
// until there are none. asked are the addresses, round by round.
func inquire(t *testing.T, ev verify.Evidence, shown *verify.TLS, path *verifypkix.Path, rules verify.RevocationRules, pages told) (r verify.Revocation, asked []string) {
	t.Helper()
	ev.Fetched = map[verify.Request]verify.Response{}
	for range 20 {
		var needs []verify.Need
		if r, needs = ev.Revocation(shown, path, rules); needs == nil {
			return r, asked
		}
		for _, n := range needs {
			page, ok := pages[n.Request.URL[len(site):]]
			require.True(t, ok, "asked for %s", n.Request.URL)
			require.NotContains(t, ev.Fetched, n.Request, "asked again")
			ev.Fetched[n.Request] = page
			asked = append(asked, n.Request.URL[len(site):])
		}
	}
	require.Fail(t, "there is no end to the needs")
	return r, asked
}

func found(r verify.Revocation) (list []string) {
	for _, c := range r.Checks(&verify.Rule{ID: "x"}) {
		list = append(list, fmt.Sprintf("%s %s: %s", c.Result, c.Subject, c.Why))
	}
	return list
}

func faultsOf(p *verifypkix.Path) (list []string) {
	for _, f := range p.Faults {
		list = append(list, fmt.Sprintf("%d %s", f.Depth, f.Kind))
	}
	return list
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	root := testca.Root(t, "Root")
	leaf := root.Issue(t, "mx.example.com", responders("/ocsp"), lists("/crl"))
	silent := root.Issue(t, "mx.example.com")
	staples := root.Issue(t, "mx.example.com", responders("/ocsp"), mustStaple)
	many := root.Issue(t, "mx.example.com", responders("/1", "/2"), lists("/3", "/4"))
	windows := verify.CryptoAPI()
	good, revoked := root.OCSP(t, leaf, ocsp.Good), root.OCSP(t, leaf, ocsp.Revoked, func(r *ocsp.Response) { r.RevocationReason = 1 })
	stale := root.OCSP(t, leaf, ocsp.Good, func(r *ocsp.Response) { r.NextUpdate = testca.Noon })
	with := func(change func(*verify.RevocationRules)) verify.RevocationRules {
		r := windows
		change(&r)
		return r
	}
	for _, row := range []struct {
		name   string
		of     *testca.Holder
		staple []byte
		pages  told
		rules  verify.RevocationRules
		asked  []string
		found  []string
		faults []string
	}{
		{"the responder knows it as good", leaf, nil, told{"/ocsp": got(good)}, windows,
			[]string{"/ocsp"}, []string{"passed certificate 0, OCSP http://web.example.net/ocsp: good"}, nil},
		{"the responder knows it as revoked", leaf, nil, told{"/ocsp": got(revoked)}, windows,
			[]string{"/ocsp"}, []string{"failed certificate 0, OCSP http://web.example.net/ocsp: revoked, keyCompromise"}, []string{"0 revoked"}},
		{"the list has it", leaf, nil, told{"/ocsp": failed(verify.FetchSilent), "/crl": got(root.CRL(t, nil, leaf))}, windows,
			[]string{"/ocsp", "/crl"}, []string{"skipped certificate 0, OCSP http://web.example.net/ocsp: silent",
				"failed certificate 0, CRL http://web.example.net/crl: revoked"}, []string{"0 revoked"}},
		{"the list has it not", leaf, nil, told{"/ocsp": {Code: 503}, "/crl": got(root.CRL(t, nil))}, windows,
			[]string{"/ocsp", "/crl"}, []string{"skipped certificate 0, OCSP http://web.example.net/ocsp: status 503",
				"passed certificate 0, CRL http://web.example.net/crl: good"}, nil},
		{"nobody knows", leaf, nil, told{"/ocsp": got(stale), "/crl": got([]byte("x"))}, windows,
			[]string{"/ocsp", "/crl"}, []string{"skipped certificate 0, OCSP http://web.example.net/ocsp: stale",
				"skipped certificate 0, CRL http://web.example.net/crl: unparsable"}, []string{"0 revocation-offline"}},
		{"nobody knows, which passes", leaf, nil, told{"/ocsp": failed(verify.FetchNoName), "/crl": failed(verify.FetchTooLarge)}, with(func(r *verify.RevocationRules) { r.Soft = true }),
			[]string{"/ocsp", "/crl"}, []string{"skipped certificate 0, OCSP http://web.example.net/ocsp: no-address",
				"skipped certificate 0, CRL http://web.example.net/crl: too-large"}, nil},
		{"revoked is no doubt", leaf, nil, told{"/ocsp": got(revoked)}, with(func(r *verify.RevocationRules) { r.Soft = true }),
			[]string{"/ocsp"}, []string{"failed certificate 0, OCSP http://web.example.net/ocsp: revoked, keyCompromise"}, []string{"0 revoked"}},
		{"a staple tells", leaf, good, nil, windows,
			nil, []string{"passed certificate 0, staple: good"}, nil},
		{"a staple tells of the revocation", leaf, revoked, nil, windows,
			nil, []string{"failed certificate 0, staple: revoked, keyCompromise"}, []string{"0 revoked"}},
		{"a stale staple is passed over", leaf, stale, told{"/ocsp": got(good)}, windows,
			[]string{"/ocsp"}, []string{"skipped certificate 0, staple: stale", "passed certificate 0, OCSP http://web.example.net/ocsp: good"}, nil},
		{"a staple is not looked at", leaf, revoked, told{"/ocsp": got(good)}, with(func(r *verify.RevocationRules) { r.Staple = false }),
			[]string{"/ocsp"}, []string{"passed certificate 0, OCSP http://web.example.net/ocsp: good"}, nil},
		{"no source is named", silent, nil, nil, windows,
			nil, []string{"skipped certificate 0: it names no source"}, []string{"0 revocation-offline"}},
		{"no source counts", leaf, nil, nil, verify.RevocationRules{},
			nil, []string{"skipped certificate 0: it names no source"}, []string{"0 revocation-offline"}},
		{"lists only", leaf, nil, told{"/crl": got(root.CRL(t, nil))}, verify.RevocationRules{CRL: true},
			[]string{"/crl"}, []string{"passed certificate 0, CRL http://web.example.net/crl: good"}, nil},
		{"a staple is demanded, and missing", staples, nil, nil, with(func(r *verify.RevocationRules) { r.MustStaple, r.Soft = true, true }),
			nil, []string{"skipped certificate 0, staple: it demands a staple, and none came"}, []string{"0 revocation-offline"}},
		{"a staple is demanded of a sender that does not mind", staples, nil, told{"/ocsp": got(root.OCSP(t, staples, ocsp.Good))}, windows,
			[]string{"/ocsp"}, []string{"passed certificate 0, OCSP http://web.example.net/ocsp: good"}, nil},
		{"a staple is demanded, and came", staples, root.OCSP(t, staples, ocsp.Good), nil, with(func(r *verify.RevocationRules) { r.MustStaple = true }),
			nil, []string{"passed certificate 0, staple: good"}, nil},

		{"all sources in turn", many, nil, told{"/1": got(root.OCSP(t, many, ocsp.Unknown)), "/2": got(ocsp.TryLaterErrorResponse), "/3": got(testca.Root(t, "Other").CRL(t, nil)), "/4": got(root.CRL(t, nil, many))}, windows,
			[]string{"/1", "/2", "/3", "/4"}, []string{"skipped certificate 0, OCSP http://web.example.net/1: unknown", "skipped certificate 0, OCSP http://web.example.net/2: try-later",
				"skipped certificate 0, CRL http://web.example.net/3: other-issuer", "failed certificate 0, CRL http://web.example.net/4: revoked"}, []string{"0 revoked"}},
		{"the time runs out", many, nil, told{"/1": {Fault: verify.FetchSilent, Took: 15 * time.Second}, "/2": {Fault: verify.FetchSilent, Took: 15 * time.Second}}, windows,
			[]string{"/1", "/2"}, []string{"skipped certificate 0, OCSP http://web.example.net/1: silent", "skipped certificate 0, OCSP http://web.example.net/2: silent",
				"skipped certificate 0, CRL http://web.example.net/3: no time is left", "skipped certificate 0, CRL http://web.example.net/4: no time is left"}, []string{"0 revocation-offline"}},
		{"what comes too late does not come", leaf, nil, told{"/ocsp": {Fault: verify.FetchSilent, Took: 15 * time.Second}, "/crl": verify.Got(200, root.CRL(t, nil), 5*time.Second)}, windows,
			[]string{"/ocsp", "/crl"}, []string{"skipped certificate 0, OCSP http://web.example.net/ocsp: silent",
				"skipped certificate 0, CRL http://web.example.net/crl: silent"}, []string{"0 revocation-offline"}},
		{"what comes in time", leaf, nil, told{"/ocsp": {Fault: verify.FetchSilent, Took: 15 * time.Second}, "/crl": verify.Got(200, root.CRL(t, nil), 5*time.Second-1)}, windows,
			[]string{"/ocsp", "/crl"}, []string{"skipped certificate 0, OCSP http://web.example.net/ocsp: silent",
				"passed certificate 0, CRL http://web.example.net/crl: good"}, nil},
		{"time does not matter", leaf, nil, told{"/ocsp": {Fault: verify.FetchSilent, Took: time.Hour}, "/crl": verify.Got(200, root.CRL(t, nil), time.Hour)}, with(func(r *verify.RevocationRules) { r.Within = 0 }),
			[]string{"/ocsp", "/crl"}, []string{"skipped certificate 0, OCSP http://web.example.net/ocsp: silent",
				"passed certificate 0, CRL http://web.example.net/crl: good"}, nil},
	} {
		for _, paths := range []*verify.Paths{nil, new(verify.Paths)} {
			ev := verify.Evidence{Now: testca.Noon, Anchors: []*x509.Certificate{root.Certificate}, Paths: paths}
			path := paths.Build(testca.Chain(row.of), ev.Anchors, ev.Now, verifypkix.OpenSSL(1))
			r, asked := inquire(t, ev, &verify.TLS{Staple: row.staple}, path, row.rules, row.pages)
			assert.Equal(t, row.asked, asked, row.name)
			assert.Equal(t, row.found, found(r), row.name)
			assert.Equal(t, row.faults, faultsOf(r.Path), row.name)
			assert.True(t, path.OK(), "%s: the path itself is not changed", row.name)
		}
	}
}

// TestRevocationOfIssuers: each certificate below the root is asked about, all
// at once; with the rules for it, the leaf alone.
func TestRevocationOfIssuers(t *testing.T) {
	t.Parallel()
	root := testca.Root(t, "Root")
	high := root.Issue(t, "High", testca.Authority, lists("/high"))
	low := high.Issue(t, "Low", testca.Authority, lists("/low"))
	leaf := low.Issue(t, "mx.example.com", lists("/leaf"), func(c *x509.Certificate) { c.NotAfter = testca.Noon.Add(-time.Second) })
	ev := verify.Evidence{Now: testca.Noon, Anchors: []*x509.Certificate{root.Certificate}}
	path := ev.Paths.Build(testca.Chain(leaf, low, high), ev.Anchors, ev.Now, verifypkix.OpenSSL(1))
	pages := told{"/high": got(root.CRL(t, nil)), "/low": got(high.CRL(t, nil, low)), "/leaf": failed(verify.FetchUnreachable)}

	_, needs := ev.Revocation(nil, path, verify.CryptoAPI())
	assert.Len(t, needs, 3)
	r, asked := inquire(t, ev, nil, path, verify.CryptoAPI(), pages)
	assert.Equal(t, []string{"/high", "/low", "/leaf"}, asked, "from the root down")
	assert.Equal(t, []string{"0 expired", "0 revocation-offline", "1 revoked"}, faultsOf(r.Path))
	assert.Equal(t, []string{"passed certificate 2, CRL http://web.example.net/high: good", "failed certificate 1, CRL http://web.example.net/low: revoked",
		"skipped certificate 0, CRL http://web.example.net/leaf: unreachable"}, found(r))

	rules := verify.CryptoAPI()
	rules.LeafOnly = true
	r, asked = inquire(t, ev, nil, path, rules, pages)
	assert.Equal(t, []string{"/leaf"}, asked)
	assert.Equal(t, []string{"0 expired", "0 revocation-offline"}, faultsOf(r.Path))

	// A path that does not lead to an anchor is not asked about, nor is one that
	// is nothing but an anchor, or nothing at all.
	for _, p := range []*verifypkix.Path{
		verifypkix.Build(testca.Chain(leaf, low), ev.Anchors, ev.Now, verifypkix.OpenSSL(1)),
		verifypkix.Build(testca.Chain(root), ev.Anchors, ev.Now, verifypkix.OpenSSL(1)),
		verifypkix.Build(nil, ev.Anchors, ev.Now, verifypkix.OpenSSL(1)),
	} {
		r, needs := ev.Revocation(nil, p, verify.RevocationRules{MustStaple: true})
		assert.Empty(t, needs)
		assert.Empty(t, r.Found)
		assert.Same(t, p, r.Path)
	}
}

// TestPathReasonOfRevocation: revoked goes before not knowing, and both stand
// between the dates and the usage.
func TestPathReasonOfRevocation(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		faults []verifypkix.Kind
		want   verify.Detail
	}{
		{[]verifypkix.Kind{verifypkix.RevocationOffline, verifypkix.Revoked}, "revoked"},
		{[]verifypkix.Kind{verifypkix.Usage, verifypkix.RevocationOffline}, "revocation-offline"},
		{[]verifypkix.Kind{verifypkix.RevocationOffline, verifypkix.NotYetValid}, "not-yet-valid"},
	} {
		p := &verifypkix.Path{}
		for i, k := range row.faults {
			p.Faults = append(p.Faults, verifypkix.Fault{Kind: k, Depth: i})
		}
		reason, detail := verify.PathReason(p)
		assert.Equal(t, verify.ValidationFailure, reason)
		assert.Equal(t, row.want, detail, "%v", row.faults)
	}
}

// TestListsAreReadOnce: a list that many senders fetched is read and kept once.
func TestListsAreReadOnce(t *testing.T) {
	root := testca.Root(t, "Root")
	entries := make([]x509.RevocationListEntry, 270_000)
	for i := range entries {
		entries[i] = x509.RevocationListEntry{SerialNumber: serial(i), RevocationTime: testca.Noon}
	}
	list := root.CRL(t, func(l *x509.RevocationList) { l.RevokedCertificateEntries = entries })
	require.Greater(t, len(list), 9_000_000)
	entries = nil
	leaf := root.Issue(t, "mx.example.com", lists("/crl"))
	paths := new(verify.Paths)
	ev := verify.Evidence{Now: testca.Noon, Anchors: []*x509.Certificate{root.Certificate}, Paths: paths}
	path := paths.Build(testca.Chain(leaf), ev.Anchors, ev.Now, verifypkix.OpenSSL(1))
	request := verify.Request{URL: site + "/crl"}
	fetched := verify.Got(200, list, 0)
	again := verify.Got(200, append([]byte(nil), list...), 0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	first := paths.CRL(fetched)
	for range 50 {
		assert.Same(t, first, paths.CRL(again))
		ev.Fetched = map[verify.Request]verify.Response{request: again}
		r, needs := ev.Revocation(nil, path, verify.CryptoAPI())
		require.Empty(t, needs)
		require.True(t, r.Path.OK())
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), "octets allocated")
}

// serial makes serial numbers of sixteen octets.
func serial(i int) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), 120)
	return n.Add(n, big.NewInt(int64(i)))
}
