package pkix_test

import (
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

// strict minds everything that Rules can mind.
var strict = verifypkix.Rules{MinRSABits: 2048, RefuseSHA1: true, AnchorsExpire: true, ServerAuth: true,
	RefuseAny: true, NestedUsage: true, KeyUsage: true, ConstrainCN: true}

// Each row makes a root, an authority and a host; the authority is sent with
// the host, and the root is trusted.
func TestFaults(t *testing.T) {
	t.Parallel()
	with := func(o ...option) []option { return o }
	for name, c := range map[string]struct {
		root, between, host []option
		rules               *verifypkix.Rules // nil means strict
		want                []string
	}{
		"none":                                    {want: []string{}},
		"leaf expired":                            {host: with(expired), want: []string{"0 expired"}},
		"leaf not yet valid":                      {host: with(notYetValid), want: []string{"0 not-yet-valid"}},
		"dates crossed":                           {host: with(expired, notYetValid), want: []string{"0 expired", "0 not-yet-valid"}},
		"dates at their ends":                     {host: with(from(noon), until(noon)), want: []string{}},
		"issuer expired":                          {between: with(expired), want: []string{"1 expired"}},
		"anchor expired":                          {root: with(expired), want: []string{"2 expired"}},
		"anchor may expire":                       {root: with(expired), rules: &verifypkix.Rules{}, want: []string{}},
		"anchor not yet valid":                    {root: with(notYetValid), want: []string{"2 not-yet-valid"}},
		"every date":                              {root: with(expired), between: with(notYetValid), host: with(expired), want: []string{"0 expired", "1 not-yet-valid", "2 expired"}},
		"bad signature":                           {host: with(broken), want: []string{"0 bad-signature"}},
		"bad signature of issuer":                 {between: with(broken), want: []string{"1 bad-signature"}},
		"issuer is no authority":                  {between: with(func(t *template) { t.IsCA = false }), want: []string{"1 not-a-ca"}},
		"issuer without the basic constraints":    {between: with(func(t *template) { t.IsCA, t.BasicConstraintsValid = false, false }), want: []string{"1 not-a-ca"}},
		"issuer may not sign":                     {between: with(keyUsage(x509.KeyUsageCRLSign)), want: []string{"1 not-a-ca"}},
		"issuer without key usage":                {between: with(keyUsage(0)), want: []string{}},
		"anchor is no authority":                  {root: with(func(t *template) { t.IsCA = false }), want: []string{"2 not-a-ca"}},
		"path length kept":                        {root: with(pathLen(1)), between: with(pathLen(0)), want: []string{}},
		"path length":                             {root: with(pathLen(0)), want: []string{"2 path-length"}},
		"name permitted":                          {between: with(permit("example.com")), want: []string{}},
		"name not permitted":                      {between: with(permit("example.net")), want: []string{"0 name-constraints"}},
		"name excluded by anchor":                 {root: with(exclude("example.com")), want: []string{"0 name-constraints"}},
		"common name constrained":                 {between: with(permit("example.net")), host: with(hosts()), want: []string{"0 name-constraints"}},
		"common name free":                        {between: with(permit("example.net")), host: with(hosts()), rules: &verifypkix.Rules{}, want: []string{}},
		"critical extension":                      {host: with(critical), want: []string{"0 critical-extension"}},
		"critical ext. of issuer":                 {between: with(critical), want: []string{"1 critical-extension"}},
		"serverAuth":                              {host: with(usage(x509.ExtKeyUsageServerAuth)), want: []string{}},
		"clientAuth":                              {host: with(usage(x509.ExtKeyUsageClientAuth)), want: []string{"0 wrong-usage"}},
		"clientAuth unminded":                     {host: with(usage(x509.ExtKeyUsageClientAuth)), rules: &verifypkix.Rules{}, want: []string{}},
		"clientAuth, not nested":                  {host: with(usage(x509.ExtKeyUsageClientAuth)), rules: &verifypkix.Rules{ServerAuth: true}, want: []string{"0 wrong-usage"}},
		"unknown usage":                           {host: with(unknownUsage), want: []string{"0 wrong-usage"}},
		"authority's key usage is not the leaf's": {between: with(keyUsage(x509.KeyUsageCertSign)), want: []string{}},
		"any usage":                               {host: with(usage(x509.ExtKeyUsageAny)), want: []string{"0 wrong-usage"}},
		"any usage allowed":                       {host: with(usage(x509.ExtKeyUsageAny)), rules: &verifypkix.Rules{ServerAuth: true}, want: []string{}},
		"nested usage":                            {between: with(usage(x509.ExtKeyUsageEmailProtection)), want: []string{"1 wrong-usage"}},
		"nested usage unminded":                   {between: with(usage(x509.ExtKeyUsageEmailProtection)), rules: &verifypkix.Rules{ServerAuth: true}, want: []string{}},
		"key usage certSign only":                 {host: with(keyUsage(x509.KeyUsageCertSign)), want: []string{"0 wrong-usage"}},
		"key usage for a signature":               {host: with(keyUsage(x509.KeyUsageDigitalSignature)), want: []string{}},
		"weak key":                                {host: with(withKey(rsaKey(t, 1024))), want: []string{"0 weak-key"}},
		"weak key of issuer":                      {between: with(withKey(rsaKey(t, 1024))), want: []string{"1 weak-key"}},
		"weak key of anchor":                      {root: with(withKey(rsaKey(t, 1024)), algorithm(x509.SHA256WithRSA)), between: with(algorithm(x509.SHA256WithRSA)), want: []string{"2 weak-key"}},
		"weak key unminded":                       {host: with(withKey(rsaKey(t, 1024))), rules: &verifypkix.Rules{}, want: []string{}},
		"SHA-1":                                   {host: with(algorithm(x509.ECDSAWithSHA1)), want: []string{"0 weak-signature"}},
		"SHA-1 unminded":                          {host: with(algorithm(x509.ECDSAWithSHA1)), rules: &verifypkix.Rules{}, want: []string{}},
		"SHA-1 of the anchor is not a signature that counts": {root: with(algorithm(x509.ECDSAWithSHA1)), want: []string{}},
		"all at once": {
			root:    with(expired, pathLen(0)),
			between: with(notYetValid, permit("example.net"), keyUsage(x509.KeyUsageCRLSign), usage(x509.ExtKeyUsageClientAuth)),
			host:    with(expired, broken, critical, usage(x509.ExtKeyUsageClientAuth), algorithm(x509.ECDSAWithSHA1), withKey(rsaKey(t, 1024))),
			want: []string{"0 bad-signature", "0 weak-signature", "0 weak-key", "0 name-constraints", "0 critical-extension", "0 expired", "0 wrong-usage",
				"1 not-a-ca", "1 not-yet-valid", "1 wrong-usage", "2 path-length", "2 expired"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := issue(t, nil, "Root", append(with(ca), c.root...)...)
			between := issue(t, root, "Between", append(with(ca), c.between...)...)
			host := issue(t, between, "mx.example.com", append(with(hosts("mx.example.com")), c.host...)...)
			rules := strict
			if c.rules != nil {
				rules = *c.rules
			}
			p := verifypkix.Build(chain(host, between), anchors(root), noon, rules)
			assert.Equal(t, c.want, words(p))
			assert.Equal(t, len(c.want) == 0, p.OK())
			assert.Equal(t, []string{"mx.example.com", "Between", "Root"}, route(p))
			for _, f := range p.Faults {
				assert.Equal(t, p.Certs[f.Depth].Subject.String(), f.Subject)
			}
		})
	}
}

// A version 1 certificate says nothing about what it may do: it may be an
// anchor, and nothing below (RFC 5280 section 6.1.4(k)).
func TestVersion1(t *testing.T) {
	t.Parallel()
	root := version1(t, "Root")
	host := issue(t, root, "mx.example.com")
	assert.Empty(t, verifypkix.Build(chain(host), anchors(root), noon, strict).Faults)
	p := verifypkix.Build(chain(host, root), nil, noon, strict)
	assert.Equal(t, []string{"1 unknown-ca", "1 not-a-ca"}, words(p))
}

// A path that reaches no anchor says how it ended, besides its other faults.
func TestEnds(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	between := issue(t, root, "Between", ca)
	host := issue(t, between, "mx.example.com")
	late := issue(t, between, "mx.example.com", expired)
	other := issue(t, nil, "Other", ca)
	impostor := issue(t, nil, "Root", ca)
	self := issue(t, nil, "mx.example.com", hosts("mx.example.com"))
	lateSelf := issue(t, nil, "mx.example.com", hosts("mx.example.com"), expired)
	spoiled := issue(t, nil, "mx.example.com", ca, broken)
	oldRoot := issue(t, nil, "Old Root", ca, algorithm(x509.ECDSAWithSHA1))
	old := issue(t, oldRoot, "mx.example.com")
	namesake := issue(t, issue(t, nil, "mx.example.com", ca), "mx.example.com", keyIDs("own", "issuer's"))
	unclear := issue(t, issue(t, nil, "mx.example.com", ca), "mx.example.com")

	for name, c := range map[string]struct {
		chain   [][]byte
		anchors []*x509.Certificate
		route   []string
		want    []string
	}{
		"the leaf alone":                           {chain(host), anchors(root), []string{"mx.example.com"}, []string{"0 missing-intermediate"}},
		"expired and alone":                        {chain(late), anchors(root), []string{"mx.example.com"}, []string{"0 missing-intermediate", "0 expired"}},
		"the wrong intermediate":                   {chain(host, issue(t, root, "Beside", ca)), anchors(root), []string{"mx.example.com"}, []string{"0 missing-intermediate"}},
		"private, root sent":                       {chain(host, between, root), anchors(other), []string{"mx.example.com", "Between", "Root"}, []string{"2 unknown-ca"}},
		"private, root not sent":                   {chain(host, between), anchors(other), []string{"mx.example.com", "Between"}, []string{"1 unknown-ca"}},
		"private, root signed itself with SHA-1":   {chain(old, oldRoot), anchors(other), []string{"mx.example.com", "Old Root"}, []string{"1 unknown-ca"}},
		"expired and private":                      {chain(late, between, root), anchors(other), []string{"mx.example.com", "Between", "Root"}, []string{"0 expired", "2 unknown-ca"}},
		"no anchors":                               {chain(host, between, root), nil, []string{"mx.example.com", "Between", "Root"}, []string{"2 unknown-ca"}},
		"nil among the anchors":                    {chain(host, between), []*x509.Certificate{nil, root.Certificate}, []string{"mx.example.com", "Between", "Root"}, nil},
		"an anchor of that name, with another key": {chain(host, between), anchors(impostor), []string{"mx.example.com", "Between"}, []string{"1 unknown-ca"}},
		"self-signed":                              {chain(self), anchors(root), []string{"mx.example.com"}, []string{"0 self-signed"}},
		"self-signed and expired":                  {chain(lateSelf), anchors(root), []string{"mx.example.com"}, []string{"0 self-signed", "0 expired"}},
		"self-signed, spoiled":                     {chain(spoiled), anchors(root), []string{"mx.example.com"}, []string{"0 self-signed", "0 bad-signature"}},
		"self-issued, not signed":                  {chain(namesake), anchors(root), []string{"mx.example.com"}, []string{"0 missing-intermediate"}},
		"self-issued, key unclear":                 {chain(unclear), anchors(root), []string{"mx.example.com"}, []string{"0 self-signed", "0 bad-signature"}},
		"self-signed and trusted":                  {chain(self), anchors(self), []string{"mx.example.com"}, nil},
		"trusted, still expired":                   {chain(lateSelf), anchors(lateSelf), []string{"mx.example.com"}, []string{"0 expired"}},
		"an authority as the host":                 {chain(root), anchors(root), []string{"Root"}, nil},
		"the leaf is junk":                         {[][]byte{{1, 2, 3}, root.Raw}, anchors(root), []string{}, []string{"0 unparsable"}},
		"the leaf has a tail":                      {[][]byte{append(host.Raw[:len(host.Raw):len(host.Raw)], 0), between.Raw}, anchors(root), []string{}, []string{"0 unparsable"}},
		"nothing":                                  {nil, anchors(root), []string{}, []string{"0 unparsable"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := verifypkix.Build(c.chain, c.anchors, noon, verifypkix.Rules{RefuseSHA1: true})
			assert.Equal(t, append([]string{}, c.want...), words(p))
			assert.Equal(t, c.route, route(p))
			assert.Equal(t, len(c.route) > 0, p.Leaf != nil)
		})
	}
}

// Without PartialChains an anchor that is not self-signed is a step on the way.
func TestPartialChains(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	between := issue(t, root, "Between", ca)
	host := issue(t, between, "mx.example.com")

	p := verifypkix.Build(chain(host), anchors(between), noon, verifypkix.Rules{})
	assert.Equal(t, []string{"1 unknown-ca"}, words(p))
	p = verifypkix.Build(chain(host), anchors(between, root), noon, verifypkix.Rules{})
	assert.Empty(t, p.Faults, "the anchor between leads to the anchor above")
	p = verifypkix.Build(chain(host), anchors(between), noon, verifypkix.Rules{PartialChains: true})
	assert.Empty(t, p.Faults)
	assert.Equal(t, []string{"mx.example.com", "Between"}, route(p))
	p = verifypkix.Build(chain(host), anchors(host), noon, verifypkix.Rules{PartialChains: true})
	assert.Empty(t, p.Faults, "the leaf itself is the anchor")
	p = verifypkix.Build(chain(host), anchors(host), noon, verifypkix.Rules{})
	assert.Equal(t, []string{"0 missing-intermediate"}, words(p))
}

// Only the leaf's place matters. RFC 8446 section 4.4.2 lets a client take the
// others in any order, and pass over those that do not belong.
func TestChainOrder(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	upper := issue(t, root, "Upper", ca)
	lower := issue(t, upper, "Lower", ca)
	host := issue(t, lower, "mx.example.com")
	stranger := issue(t, nil, "Stranger", ca)
	want := []string{"mx.example.com", "Lower", "Upper", "Root"}
	for name, c := range map[string][][]byte{
		"in order":                 chain(host, lower, upper),
		"with the root":            chain(host, lower, upper, root),
		"reversed":                 chain(host, root, upper, lower),
		"duplicated":               chain(host, host, lower, lower, upper, lower, upper, host),
		"padded":                   chain(host, stranger, upper, stranger, lower),
		"with junk":                append([][]byte{host.Raw, {}, {48}, nil}, chain(lower, upper)...),
		"with a damaged duplicate": append([][]byte{host.Raw, lower.Raw[:len(lower.Raw)-1]}, chain(lower, upper)...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := verifypkix.Build(c, anchors(root), noon, strict)
			assert.Empty(t, p.Faults)
			assert.Equal(t, want, route(p))
		})
	}
}

// An authority that has two certificates (RFC 5280 section 3.2,
// cross-certificates) gives two paths.
func TestCrossSigned(t *testing.T) {
	t.Parallel()
	older := issue(t, nil, "Older Root", ca)
	newer := issue(t, nil, "Newer Root", ca)
	crossed := issue(t, older, "Newer Root", ca, withKey(newer.key))
	late := issue(t, older, "Newer Root", ca, withKey(newer.key), expired)
	host := issue(t, newer, "mx.example.com")

	third := issue(t, nil, "Third Root", ca)
	crossedAgain := issue(t, third, "Newer Root", ca, withKey(newer.key))
	oldest := issue(t, nil, "Oldest Root", ca)
	olderCrossed := issue(t, oldest, "Older Root", ca, withKey(older.key))

	short, long := []string{"mx.example.com", "Newer Root"}, []string{"mx.example.com", "Newer Root", "Older Root"}
	for name, c := range map[string]struct {
		chain   [][]byte
		anchors []*x509.Certificate
		route   []string
		want    []string
	}{
		"both trusted: the shorter":           {chain(host, crossed), anchors(older, newer), short, nil},
		"old sender":                          {chain(host, crossed), anchors(older), long, nil},
		"new sender":                          {chain(host, crossed), anchors(newer), short, nil},
		"cross expired, new sender":           {chain(host, late), anchors(older, newer), short, nil},
		"cross expired, old sender":           {chain(host, late), anchors(older), long, []string{"1 expired"}},
		"the good cross is found":             {chain(host, late, crossed), anchors(older), long, nil},
		"two alike: the first":                {chain(host, crossedAgain, crossed), anchors(older, third), []string{"mx.example.com", "Newer Root", "Third Root"}, nil},
		"the shorter found later":             {chain(host, crossed, olderCrossed, crossedAgain), anchors(oldest, third), []string{"mx.example.com", "Newer Root", "Third Root"}, nil},
		"expired but trusted beats untrusted": {chain(host, newer, late), anchors(older), long, []string{"1 expired"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := verifypkix.Build(c.chain, c.anchors, noon, strict)
			assert.Equal(t, append([]string{}, c.want...), words(p))
			assert.Equal(t, c.route, route(p))
		})
	}
}

// Two authorities that have certified each other must not be walked round.
func TestCircle(t *testing.T) {
	t.Parallel()
	one := issue(t, nil, "One", ca)
	two := issue(t, nil, "Two", ca)
	oneByTwo := issue(t, two, "One", ca, withKey(one.key))
	twoByOne := issue(t, one, "Two", ca, withKey(two.key))
	host := issue(t, one, "mx.example.com")
	p := verifypkix.Build(chain(host, oneByTwo, twoByOne), nil, noon, strict)
	assert.Equal(t, []string{"2 unknown-ca"}, words(p))
	assert.Equal(t, []string{"mx.example.com", "One", "Two"}, route(p))

	// One and Two in all four certificates: from either One to either Two, no further.
	steps, _ := verifypkix.Effort(chain(host, one, two, oneByTwo, twoByOne), nil, noon, strict)
	assert.Equal(t, 4, steps)
}

// A path that was found is not spoiled by those tried after it.
func TestRenewedRoot(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	former := issue(t, nil, "Root", ca, withKey(root.key), expired)
	upper := issue(t, root, "Upper", ca)
	lower := issue(t, upper, "Lower", ca)
	host := issue(t, lower, "mx.example.com")
	for _, trusted := range [][]*x509.Certificate{anchors(root, former), anchors(former, root)} {
		p := verifypkix.Build(chain(host, lower, upper), trusted, noon, strict)
		assert.Empty(t, p.Faults)
		require.Len(t, p.Certs, 4)
		assert.Same(t, root.Certificate, p.Certs[3])
	}
}

// RFC 5280 section 4.2.1.9: self-issued certificates, as in a key rollover, do
// not count against pathLenConstraint, nor are they under name constraints.
func TestSelfIssuedIsNotCounted(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca, pathLen(0), permit("example.com"))
	roll := issue(t, root, "Root", ca, hosts("ca.example.net"))
	host := issue(t, roll, "mx.example.com", hosts("mx.example.com"))
	p := verifypkix.Build(chain(host, roll), anchors(root), noon, strict)
	assert.Empty(t, p.Faults)
	assert.Equal(t, []string{"mx.example.com", "Root", "Root"}, route(p))
}

// The named issuer is shown also when another key made the signature, unless
// the key identifiers tell them apart.
func TestNamedIssuerWithAnotherKey(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	forged := issue(t, root, "mx.example.com", signedBy(newKey(t)))
	p := verifypkix.Build(chain(forged), anchors(root), noon, strict)
	assert.Equal(t, []string{"0 bad-signature"}, words(p))
	assert.Equal(t, []string{"mx.example.com", "Root"}, route(p))

	genuine := issue(t, issue(t, nil, "Root", ca), "mx.example.com")
	p = verifypkix.Build(chain(genuine), anchors(root), noon, strict)
	assert.Equal(t, []string{"0 missing-intermediate"}, words(p))
}

// A hostile host may send what it likes; the search is bounded, and what the
// leaf says about itself is still reported.
func TestBounds(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	host := issue(t, root, "mx.example.com", expired)
	key := newKey(t)

	t.Run("strangers", func(t *testing.T) {
		t.Parallel()
		sent := chain(host)
		for range 1000 {
			sent = append(sent, issue(t, nil, "Stranger", ca, withKey(key)).Raw)
		}
		p := verifypkix.Build(sent, anchors(root), noon, strict)
		assert.Equal(t, []string{"0 expired"}, words(p))
		steps, signatures := verifypkix.Effort(sent, anchors(root), noon, strict)
		assert.Equal(t, 1, steps, "strangers are not looked at")
		assert.Equal(t, 1, signatures)
	})
	t.Run("namesakes of the issuer", func(t *testing.T) {
		t.Parallel()
		sent := chain(issue(t, root, "mx.example.com", expired, signedBy(newKey(t))))
		for range 200 {
			sent = append(sent, issue(t, nil, "Root", ca).Raw)
		}
		p := verifypkix.Build(sent, anchors(root), noon, strict)
		assert.Equal(t, []string{"0 bad-signature", "0 expired"}, words(p))
		steps, signatures := verifypkix.Effort(sent, anchors(root), noon, strict)
		assert.LessOrEqual(t, steps, verifypkix.MaxSteps)
		assert.Equal(t, verifypkix.MaxSignatures, signatures)
	})
	t.Run("the issuer among namesakes", func(t *testing.T) {
		t.Parallel()
		sent := chain(host)
		for range 200 {
			sent = append(sent, issue(t, nil, "Root", ca).Raw)
		}
		p := verifypkix.Build(sent, anchors(root), noon, strict)
		assert.Equal(t, []string{"0 expired"}, words(p), "the key identifier leads to it first")
	})
	t.Run("2 to the power of 18 paths", func(t *testing.T) {
		t.Parallel()
		// Each authority has two certificates, so that every step has two ways.
		sent := [][]byte{}
		up := issue(t, nil, "Top", ca)
		for i := range 18 {
			name, key := string(rune('A'+i)), newKey(t)
			first := issue(t, up, name, ca, withKey(key))
			sent = append(sent, first.Raw, issue(t, up, name, ca, withKey(key)).Raw)
			up = first
		}
		sent = append(chain(issue(t, up, "mx.example.com")), sent...)
		p := verifypkix.Build(sent, anchors(root), noon, strict)
		require.NotEmpty(t, p.Faults)
		assert.Equal(t, verifypkix.UnknownCA, p.Faults[0].Kind)
		steps, _ := verifypkix.Effort(sent, anchors(root), noon, strict)
		assert.Equal(t, verifypkix.MaxSteps, steps)
	})
	t.Run("a path too long", func(t *testing.T) {
		t.Parallel()
		up, between := root, [][]byte{}
		for i := range verifypkix.MaxDepth - 2 {
			up = issue(t, up, string(rune('A'+i)), ca, withKey(key))
			between = append(between, up.Raw)
		}
		last := issue(t, up, "mx.example.com")
		p := verifypkix.Build(append(chain(last), between...), anchors(root), noon, strict)
		assert.Empty(t, p.Faults)
		assert.Len(t, p.Certs, verifypkix.MaxDepth)

		more := issue(t, up, "One More", ca)
		last = issue(t, more, "mx.example.com")
		p = verifypkix.Build(append(chain(last, more), between...), anchors(root), noon, strict)
		assert.Equal(t, []string{"19 unknown-ca"}, words(p))
	})
	t.Run("what is sent too late is not used", func(t *testing.T) {
		t.Parallel()
		between := issue(t, root, "Between", ca)
		sent := chain(issue(t, between, "mx.example.com"))
		for range verifypkix.MaxSent - 1 {
			sent = append(sent, issue(t, nil, "Stranger", ca, withKey(key)).Raw)
		}
		p := verifypkix.Build(append(sent, between.Raw), anchors(root), noon, strict)
		assert.Empty(t, p.Faults, "the last that is looked at")
		p = verifypkix.Build(append(sent, nil, between.Raw), anchors(root), noon, strict)
		assert.Equal(t, []string{"0 missing-intermediate"}, words(p), "one too late")
	})
}

func TestSubjectIsOneLine(t *testing.T) {
	t.Parallel()
	host := issue(t, nil, "mx\r\n250 ok", expired)
	p := verifypkix.Build(chain(host), nil, noon, strict)
	require.Len(t, p.Faults, 2)
	assert.Equal(t, `"CN=mx\r\n250 ok"`, p.Faults[0].Subject)
}

func BenchmarkBuild(b *testing.B) {
	root := issue(b, nil, "Root", ca)
	between := issue(b, root, "Between", ca)
	sent := chain(issue(b, between, "mx.example.com", hosts("mx.example.com")), between)
	trusted := anchors(root)
	b.ReportAllocs()
	for b.Loop() {
		if !verifypkix.Build(sent, trusted, noon, strict).OK() {
			b.Fatal("the path has faults")
		}
	}
}

func TestMD5IsAlwaysWeak(t *testing.T) {
	t.Parallel()
	root, host := md5Chain(t)
	p := verifypkix.Build(chain(host), anchors(root), noon, verifypkix.Rules{})
	assert.Equal(t, []string{"0 weak-signature"}, words(p))

	spoiled := append([]byte{}, host.Raw...)
	spoiled[len(spoiled)-1] ^= 1
	p = verifypkix.Build([][]byte{spoiled}, anchors(root), noon, verifypkix.Rules{})
	assert.Equal(t, []string{"0 bad-signature", "0 weak-signature"}, words(p))
}
