package pki_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each word of a defect is found again in the certificate.
func TestDefects(t *testing.T) {
	t.Parallel()
	rows := map[string]func(t *testing.T, c *x509.Certificate){
		"CN=a CN=b": func(t *testing.T, c *x509.Certificate) {
			var cns []any
			for _, n := range c.Subject.Names {
				cns = append(cns, n.Value)
			}
			assert.Equal(t, []any{"a", "b"}, cns)
		},
		"SAN-IP=192.0.2.1,2001:db8::1": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, []net.IP{netip.MustParseAddr("192.0.2.1").AsSlice(), netip.MustParseAddr("2001:db8::1").AsSlice()}, c.IPAddresses)
			assert.Empty(t, c.DNSNames)
			assert.True(t, critical(t, c, 17))
		},
		"SAN-email=a@b.example": func(t *testing.T, c *x509.Certificate) { assert.Equal(t, []string{"a@b.example"}, c.EmailAddresses) },
		"SAN-URI=smtp://a.example": func(t *testing.T, c *x509.Certificate) {
			require.Len(t, c.URIs, 1)
			assert.Equal(t, "smtp://a.example", c.URIs[0].String())
		},
		"SAN=mx{1..2000}.example.com": func(t *testing.T, c *x509.Certificate) {
			require.Len(t, c.DNSNames, 2000)
			assert.Equal(t, "mx2000.example.com", c.DNSNames[1999])
		},
		"CN=a eku=none": func(t *testing.T, c *x509.Certificate) {
			assert.Empty(t, c.ExtKeyUsage)
			assert.Equal(t, x509.KeyUsageDigitalSignature, c.KeyUsage)
		},
		"CN=a eku=any,emailProtection,codeSigning,OCSPSigning": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageAny, x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageCodeSigning, x509.ExtKeyUsageOCSPSigning}, c.ExtKeyUsage)
		},
		"CN=a ku=none": func(t *testing.T, c *x509.Certificate) {
			assert.Zero(t, c.KeyUsage)
			assert.Len(t, c.ExtKeyUsage, 2)
		},
		"CN=a ku=none eku=none": func(t *testing.T, c *x509.Certificate) {
			assert.Zero(t, c.KeyUsage)
			assert.Empty(t, c.ExtKeyUsage)
			for _, e := range c.Extensions {
				assert.NotEqual(t, asn1.ObjectIdentifier{2, 5, 29, 15}, e.Id, "a key usage extension")
			}
		},
		"CN=a ku=keyCertSign,nonRepudiation,dataEncipherment,keyAgreement": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, x509.KeyUsageCertSign|x509.KeyUsageContentCommitment|x509.KeyUsageDataEncipherment|x509.KeyUsageKeyAgreement, c.KeyUsage)
		},
		"CN=a ca ku=cRLSign eku=clientAuth": func(t *testing.T, c *x509.Certificate) {
			assert.True(t, c.IsCA)
			assert.Equal(t, x509.KeyUsageCRLSign, c.KeyUsage)
			assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, c.ExtKeyUsage)
		},
		"CN=a ca ku=none": func(t *testing.T, c *x509.Certificate) {
			assert.True(t, c.IsCA && c.KeyUsage == 0, "an authority without key usage")
		},
		"CN=a not-ca": func(t *testing.T, c *x509.Certificate) {
			assert.True(t, c.BasicConstraintsValid && !c.IsCA, "basic constraints say that it is no authority")
		},
		"CN=a ca path-length=0": func(t *testing.T, c *x509.Certificate) { assert.True(t, c.MaxPathLen == 0 && c.MaxPathLenZero) },
		"CN=a ca path-length=3": func(t *testing.T, c *x509.Certificate) { assert.Equal(t, 3, c.MaxPathLen) },
		"CN=a ca permitted=a.example,192.0.2.0/25 excluded=.b.example,2001:db8::/33": func(t *testing.T, c *x509.Certificate) {
			assert.True(t, critical(t, c, 30))
			assert.Equal(t, []string{"a.example"}, c.PermittedDNSDomains)
			assert.Equal(t, []string{".b.example"}, c.ExcludedDNSDomains)
			require.Len(t, c.PermittedIPRanges, 1)
			assert.Equal(t, "192.0.2.0/25", c.PermittedIPRanges[0].String())
			require.Len(t, c.ExcludedIPRanges, 1)
			assert.Equal(t, "2001:db8::/33", c.ExcludedIPRanges[0].String())
		},
		"CN=a critical-unknown": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, []asn1.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 32473, 1}}, c.UnhandledCriticalExtensions)
		},
		"CN=a must-staple": func(t *testing.T, c *x509.Certificate) {
			i := len(c.Extensions) - 1
			assert.Equal(t, "1.3.6.1.5.5.7.1.24", c.Extensions[i].Id.String())
			assert.Equal(t, []byte{0x30, 3, 2, 1, 5}, c.Extensions[i].Value)
		},
		"CN=a crl=http://crl.example.net/a.crl,http://192.0.2.9:8080/b?c ocsp=http://ocsp.example.net aia=http://a.example/a.crt,http://b.example/": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, []string{"http://crl.example.net/a.crl", "http://192.0.2.9:8080/b?c"}, c.CRLDistributionPoints)
			assert.Equal(t, []string{"http://ocsp.example.net"}, c.OCSPServer)
			assert.Equal(t, []string{"http://a.example/a.crt", "http://b.example/"}, c.IssuingCertificateURL)
			assert.False(t, critical(t, c, 31))
		},
		"CN=a aia=http://a.example/a.crt CN=b": func(t *testing.T, c *x509.Certificate) {
			assert.Empty(t, c.OCSPServer)
			assert.Equal(t, []string{"http://a.example/a.crt"}, c.IssuingCertificateURL)
		},
		"CN=a serial=0":    func(t *testing.T, c *x509.Certificate) { assert.Zero(t, c.SerialNumber.Sign()) },
		"CN=a serial=long": func(t *testing.T, c *x509.Certificate) { assert.Len(t, c.SerialNumber.Bytes(), 32) },
		"CN=a sig=sha1":    func(t *testing.T, c *x509.Certificate) { assert.Equal(t, x509.ECDSAWithSHA1, c.SignatureAlgorithm) },
		"CN=a sig=sha512":  func(t *testing.T, c *x509.Certificate) { assert.Equal(t, x509.ECDSAWithSHA512, c.SignatureAlgorithm) },
		"CN=a self-signed key=rsa1024 sig=sha1": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, x509.SHA1WithRSA, c.SignatureAlgorithm)
			assert.Equal(t, 1024, c.PublicKey.(*rsa.PublicKey).N.BitLen())
		},
		"CN=a self-signed key=rsa4096": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, x509.SHA256WithRSA, c.SignatureAlgorithm)
			assert.Equal(t, 4096, c.PublicKey.(*rsa.PublicKey).N.BitLen())
		},
		"CN=a self-signed key=p384": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, x509.ECDSAWithSHA384, c.SignatureAlgorithm)
			assert.Equal(t, 384, c.PublicKey.(*ecdsa.PublicKey).Params().BitSize)
		},
		"CN=a self-signed key=p521": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, x509.ECDSAWithSHA512, c.SignatureAlgorithm)
			assert.Equal(t, 521, c.PublicKey.(*ecdsa.PublicKey).Params().BitSize)
		},
		"CN=a self-signed key=ed25519": func(t *testing.T, c *x509.Certificate) {
			assert.Equal(t, x509.PureEd25519, c.SignatureAlgorithm)
			assert.IsType(t, ed25519.PublicKey{}, c.PublicKey)
		},
	}
	for line, holds := range rows {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			c := issue(t, newLab(t, noon, "a: "+line), "a").Leaf
			require.NotNil(t, c, "crypto/x509 reads it")
			holds(t, c)
			again := issue(t, newLab(t, noon, "a: "+line), "a").Leaf
			assert.Equal(t, c.Raw, again.Raw, "the same line gives the same bytes")
		})
	}
}

// What cfssl refuses is signed all the same, by the issuer's key.
func TestReworkedSignatures(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon,
		"rsaroot: ca CN=R self-signed key=rsa2048",
		"two: ca CN=One CN=Two issuer=rsaroot",
		"under: CN=u.example issuer=two",
		"old: CN=o.example issuer=rsaroot sig=md5",
		"bare: CN=b.example issuer=rsaroot ku=none eku=none",
	)
	for label, by := range map[string]string{"two": "rsaroot", "under": "two", "bare": "rsaroot"} {
		c, issuer := issue(t, lab, label).Leaf, issue(t, lab, by).Leaf
		assert.NoError(t, c.CheckSignatureFrom(issuer), label)
		assert.Equal(t, issuer.RawSubject, c.RawIssuer, "the issuer named in %s", label)
		assert.Equal(t, issuer.SubjectKeyId, c.AuthorityKeyId, label)
	}
	c := issue(t, lab, "old").Leaf
	require.NotNil(t, c)
	require.Equal(t, x509.MD5WithRSA, c.SignatureAlgorithm)
	sum := md5.Sum(c.RawTBSCertificate)
	key := issue(t, lab, "rsaroot").Leaf.PublicKey.(*rsa.PublicKey)
	assert.NoError(t, rsa.VerifyPKCS1v15(key, crypto.MD5, sum[:], c.Signature))
}

// What crypto/x509 cannot read is sent all the same.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, "negative: CN=n.example serial=negative", "broken: CN=b.example der=broken", "whole: CN=b.example")
	n := issue(t, lab, "negative")
	assert.Nil(t, n.Leaf)
	var c struct {
		TBS struct {
			Version int `asn1:"explicit,tag:0"`
			Serial  asn1.RawValue
		}
	}
	// The rest of the fields is of no matter here.
	_, err := asn1.Unmarshal(n.Sent[0], &c)
	require.NoError(t, err)
	assert.NotZero(t, c.TBS.Serial.Bytes[0]&0x80, "the serial number is negative")

	b := issue(t, lab, "broken")
	assert.Nil(t, b.Leaf)
	var whole asn1.RawValue
	_, err = asn1.Unmarshal(b.Sent[0], &whole)
	assert.Error(t, err, "the length of the certificate leads beyond its end")
}

// A cross-sign is one authority under two issuers: the host's chain leads to
// both roots.
func TestCrossSign(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon,
		`old: ca CN="Old Root" self-signed trusted until=-1d`,
		`new: ca CN="New Root" self-signed trusted`,
		`cross: ca CN="New Root" issuer=old key-of=new`,
		`own: ca CN="Unknown Root" self-signed`,
		"a: CN=a.example issuer=new send=leaf,cross",
	)
	oldRoot, newRoot, cross := issue(t, lab, "old").Leaf, issue(t, lab, "new").Leaf, issue(t, lab, "cross").Leaf
	a := issue(t, lab, "a").Leaf
	assert.NoError(t, a.CheckSignatureFrom(newRoot))
	assert.NoError(t, a.CheckSignatureFrom(cross))
	assert.NoError(t, cross.CheckSignatureFrom(oldRoot))
	assert.Equal(t, newRoot.SubjectKeyId, cross.SubjectKeyId)
	assert.NotEqual(t, newRoot.SerialNumber, cross.SerialNumber)

	var trusted []string
	for _, r := range lab.Roots() {
		trusted = append(trusted, r.Subject.CommonName)
	}
	assert.Equal(t, []string{"mxlab Public Root", "New Root", "Old Root"}, trusted, "the roots that a sender has")
}

func TestKeyFollowsLabel(t *testing.T) {
	t.Parallel()
	key := func(label, line string) any { return issue(t, newLab(t, noon, label+": "+line), label).Leaf.PublicKey }
	old := key("a", "CN=a.example").(*ecdsa.PublicKey)
	assert.True(t, old.Equal(key("a", "CN=a.example until=+9d")), "a renewed certificate keeps its key")
	assert.False(t, old.Equal(key("b", "CN=a.example")), "another label has another key")
}

// Whatever kind of key a host has, and whatever it sends, TLS comes about as
// long as the client does not look.
func TestDefectsOnTheWire(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"CN=a key=rsa1024", "CN=a key=rsa4096", "CN=a key=p384", "CN=a key=p521", "CN=a key=ed25519", "SAN=mx{1..2000}.example.com",
		"CN=a self-signed sig=md5 key=rsa2048", "CN=a ku=keyCertSign eku=none", "CN=a critical-unknown must-staple serial=0",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got, err := handshake(t, issue(t, newLab(t, noon, "a: "+line), "a"))
			require.NoError(t, err)
			assert.NotEmpty(t, got)
		})
	}
	for _, line := range []string{"CN=a der=broken", "CN=a serial=negative"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			_, err := handshake(t, issue(t, newLab(t, noon, "a: "+line), "a"))
			require.Error(t, err)
			assert.NotErrorIs(t, err, io.EOF, "the certificate reaches the client, which refuses it")
		})
	}
}

// handshake runs TLS with a host and gives what the client was shown.
func handshake(t *testing.T, c *pki.Certificate) ([]*x509.Certificate, error) {
	t.Helper()
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = tls.Server(server, &tls.Config{Certificates: []tls.Certificate{c.TLS()}}).Handshake()
		server.Close()
	}()
	conn := tls.Client(client, &tls.Config{InsecureSkipVerify: true, Time: func() time.Time { return noon }})
	err := conn.Handshake()
	client.Close()
	<-done
	return conn.ConnectionState().PeerCertificates, err
}
