package fakemx_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// An authority issues client certificates.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return authority{t, cert, key}
}

// issue makes a certificate for clients, unless change makes another of it.
func (a authority) issue(change func(*x509.Certificate)) *tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	require.NoError(a.t, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func named(names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = names }
}

// clients are certificates that clients show, by name.
func clients(t *testing.T) (*x509.CertPool, map[string]*tls.Certificate) {
	t.Helper()
	known, stranger := newAuthority(t), newAuthority(t)
	pool := x509.NewCertPool()
	pool.AddCert(known.cert)
	return pool, map[string]*tls.Certificate{
		"none":        nil,
		"domain":      known.issue(named("SENDER.example")),
		"other":       known.issue(named("mail.sender.example")),
		"wildcard":    known.issue(named("*.example")),
		"common name": known.issue(func(c *x509.Certificate) { c.Subject.CommonName = "sender.example" }),
		"common name beside another": known.issue(func(c *x509.Certificate) {
			c.Subject.CommonName, c.DNSNames = "sender.example", []string{"mail.sender.example"}
		}),
		"expired": known.issue(func(c *x509.Certificate) {
			c.DNSNames, c.NotAfter = []string{"sender.example"}, time.Now().Add(-time.Minute)
		}),
		"for servers": known.issue(func(c *x509.Certificate) {
			c.DNSNames, c.ExtKeyUsage = []string{"sender.example"}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}),
		"unknown authority": stranger.issue(named("sender.example")),
	}
}

// within opens TLS with a certificate, and says EHLO. TLS 1.2, because in 1.3 a
// client learns only later that its certificate was refused.
func within(t *testing.T, s *fakemx.Server, trust *tls.Config, cert *tls.Certificate) (*client, error) {
	t.Helper()
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	with := trust.Clone()
	with.MaxVersion = tls.VersionTLS12
	with.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if cert == nil {
			return new(tls.Certificate), nil
		}
		return cert, nil
	}
	if err := c.handshake(with); err != nil {
		c.gone()
		return c, err
	}
	c.expect("EHLO client.example", "250-")
	return c, nil
}

// A host that verifies its clients ends the handshake with those that it does
// not know, or whose certificates are not fit, and has them in its record.
func TestClientCertificateVerified(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	pool, all := clients(t)
	cfg.ClientCAs = pool
	verified, given := start(t, cfg, fakemx.ClientCertVerified), start(t, cfg, fakemx.ClientCertVerifiedIfGiven)
	for name, cert := range all {
		fits := name != "none" && name != "expired" && name != "for servers" && name != "unknown authority"
		for s, want := range map[*fakemx.Server]bool{verified: fits, given: fits || name == "none"} {
			_, err := within(t, s, trust, cert)
			assert.Equal(t, want, err == nil, "%s: %v", name, err)
			records := s.Sessions()
			last := records[len(records)-1]
			assert.Equal(t, want, last.TLS != nil, name)
			assert.Equal(t, want, last.HandshakeErr == nil, name)
			if cert == nil {
				assert.Empty(t, last.Presented, name)
			} else {
				assert.Equal(t, cert.Certificate, last.Presented, name)
			}
		}
	}
}

// What a host refuses by itself is in its record too.
func TestClientCertificateRefusedIsRecorded(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	_, all := clients(t)
	s := start(t, cfg, fakemx.ClientCertRefused)
	_, err := within(t, s, trust, all["domain"])
	require.Error(t, err)
	assert.Equal(t, all["domain"].Certificate, s.Sessions()[0].Presented)
}

// MAIL of a sender whose domain the certificate does not prove is refused.
func TestUnprovenSender(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	pool, all := clients(t)
	cfg.ClientCAs = pool
	s := start(t, cfg, fakemx.RejectUnproven(550))
	for name, cert := range all {
		c, err := within(t, s, trust, cert)
		require.NoError(t, err, name)
		want := "550 "
		switch name {
		case "domain", "wildcard", "common name", "common name beside another":
			want = "250 "
		}
		c.expect("MAIL FROM:<a@Sender.Example>", want)
		if want == "550 " {
			c.expect("MAIL FROM:<>", "250 ")
		}
	}
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<a@sender.example>", "550 5.7.0 ")
	c.expect("MAIL FROM:<>", "250 ")
}

// Whoever plays a receiver may know more than crypto/x509 does: who is revoked.
func TestProves(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	_, all := clients(t)
	for _, proof := range []bool{true, false} {
		var asked [][]byte
		s := &fakemx.Server{TLSConfig: cfg, Faults: []fakemx.Fault{fakemx.RejectUnproven(550)}, Proves: func(chain [][]byte, domain string) bool {
			asked = append(asked, []byte(domain), chain[0])
			return proof
		}}
		require.NoError(t, s.Start())
		t.Cleanup(s.Close)
		c, err := within(t, s, trust, all["expired"])
		require.NoError(t, err)
		c.expect("MAIL FROM:<a@sender.example>", map[bool]string{true: "250 ", false: "550 "}[proof])
		assert.Equal(t, [][]byte{[]byte("sender.example"), all["expired"].Certificate[0]}, asked)
		c, err = within(t, s, trust, nil)
		require.NoError(t, err)
		c.expect("MAIL FROM:<a@sender.example>", "550 ")
		c = greeted(t, s)
		c.expect("EHLO client.example", "250-")
		c.expect("MAIL FROM:<a@sender.example>", "550 ")
		assert.Len(t, asked, 2, "without a certificate there is nothing to ask about")
	}
}

// RFC 3207 section 4: a host that requires TLS takes NOOP, EHLO, STARTTLS and
// QUIT without.
func TestRequiresSTARTTLS(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for code, reply := range map[int]string{530: "530 5.7.0 Must issue a STARTTLS command first", 451: "451 4.7.0 Must issue a STARTTLS command first"} {
		s := start(t, cfg, fakemx.RequireSTARTTLS(code))
		c := greeted(t, s)
		c.expect("NOOP", "250 ")
		for _, command := range []string{"HELO client.example", "MAIL FROM:<>", "RCPT TO:<b@example.com>", "RSET", "VRFY b", "HELP", "AUTH PLAIN", "X-WHAT"} {
			assert.Equal(t, reply, c.ask(command), command)
		}
		c.expect("EHLO client.example", "250-")
		c.expect("MAIL FROM:<a@sender.example>", reply)
		c.expect("STARTTLS", "220 ")
		require.NoError(t, c.handshake(trust))
		c.expect("EHLO client.example", "250-")
		c.send("inside")
		c.expect("QUIT", "221 ")
		assert.Len(t, s.Messages(), 1)
	}
	// A host that has no TLS to offer may require it all the same.
	c := greeted(t, start(t, nil, fakemx.RequireSTARTTLS(530)))
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "502 ")
	c.expect("MAIL FROM:<>", "530 ")
}

func TestMailInClear(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := start(t, cfg, fakemx.RejectClear(530))
	c := greeted(t, s)
	c.expect("HELO client.example", "250 ")
	c.expect("MAIL FROM:<>", "530 5.7.0 ")
	c.expect("EHLO client.example", "250-")
	c.expect("MAIL FROM:<a@sender.example>", "530 ")
	c.expect("STARTTLS", "220 ")
	require.NoError(t, c.handshake(trust))
	c.expect("EHLO client.example", "250-")
	c.send("inside")
	assert.Len(t, s.Messages(), 1)
}

func TestWordsOfClientsThatCannotStandTogether(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"mx, requires-starttls=530, mail-in-clear=530":   "mail-in-clear=530 never happens after requires-starttls=530: keep one of them",
		"mx, greeting=554, requires-starttls=530":        "requires-starttls=530 never happens after greeting=554: keep one of them",
		"mx, ehlo=close, unproven-sender=550":            "unproven-sender=550 never happens after ehlo=close: keep one of them",
		"mx, requires-starttls=250":                      "requires-starttls=250 is no refusal: write a code from 400 to 459 or 500 to 559, such as requires-starttls=530",
		"mx, client-cert=verified, unproven-sender=550":  "",
		"mx, no-starttls, requires-starttls=530":         "",
		"no-tls, unproven-sender=550, mail-in-clear=530": "",
	} {
		_, err := fakemx.ParseLine(line)
		if want == "" {
			assert.NoError(t, err, line)
			continue
		}
		var syntax *fakemx.SyntaxError
		require.ErrorAs(t, err, &syntax, line)
		assert.Equal(t, want, syntax.Msg, line)
	}
}
