package pki_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const day = 24 * time.Hour

func TestParseLine(t *testing.T) {
	t.Parallel()
	with := func(change func(*pki.Spec)) pki.Spec {
		s := pki.Spec{CN: "a", Issuer: "public", From: -30 * day, Until: 335 * day, Key: pki.P256, PathLen: -1}
		change(&s)
		return s
	}
	rows := map[string]pki.Spec{
		"CN=a":                        with(func(*pki.Spec) {}),
		"\t CN=a \t":                  with(func(*pki.Spec) {}),
		"CN=a=b":                      with(func(s *pki.Spec) { s.CN = "a=b" }),
		`CN=a\b`:                      with(func(s *pki.Spec) { s.CN = `a\b` }),
		`CN="a b"`:                    with(func(s *pki.Spec) { s.CN = "a b" }),
		`CN="\"\\\t\u00e9é\x41"`:      with(func(s *pki.Spec) { s.CN = "\"\\\t\u00e9éA" }),
		"SAN=*.a.example,b":           with(func(s *pki.Spec) { s.CN, s.SAN = "", []string{"*.a.example", "b"} }),
		`SAN="a b,\xff"`:              with(func(s *pki.Spec) { s.CN, s.SAN = "", []string{"a b", "\xff"} }),
		"CN=a SAN=dnsx:a":             with(func(s *pki.Spec) { s.SAN = []string{"dnsx:a"} }),
		"issuer=private CN=a":         with(func(s *pki.Spec) { s.Issuer = "private" }),
		"issuer=ca-1.x_y CN=a":        with(func(s *pki.Spec) { s.Issuer = "ca-1.x_y" }),
		"self-signed CN=a":            with(func(s *pki.Spec) { s.Issuer, s.SelfSigned = "", true }),
		"CN=a ca":                     with(func(s *pki.Spec) { s.CA, s.From, s.Until = true, -5*365*day, 5*365*day }),
		"CN=a key=rsa2048":            with(func(s *pki.Spec) { s.Key = pki.RSA2048 }),
		"CN=a key=p256":               with(func(*pki.Spec) {}),
		"CN=a eku=clientAuth":         with(func(s *pki.Spec) { s.EKU = []string{"clientAuth"} }),
		"CN=a CN=b CN=c":              with(func(s *pki.Spec) { s.MoreCN = []string{"b", "c"} }),
		"CN=a eku=none":               with(func(s *pki.Spec) { s.EKU = []string{"none"} }),
		"CN=a ku=keyCertSign,cRLSign": with(func(s *pki.Spec) { s.KU = []string{"keyCertSign", "cRLSign"} }),
		"CN=a SAN=a{9..11}.x,b{}":     with(func(s *pki.Spec) { s.SAN = []string{"a9.x", "a10.x", "a11.x", "b{}"} }),
		"SAN-IP=192.0.2.1,2001:db8::1": with(func(s *pki.Spec) {
			s.CN, s.IP = "", []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}
		}),
		"SAN-email=a@b SAN-URI=x:y": with(func(s *pki.Spec) { s.CN, s.Email, s.URI = "", []string{"a@b"}, []string{"x:y"} }),
		"CN=a key-of=b":             with(func(s *pki.Spec) { s.KeyOf = "b" }),
		"CN=a not-ca":               with(func(s *pki.Spec) { s.NotCA = true }),
		"CN=a sig=sha1 serial=0 must-staple critical-unknown der=broken": with(func(s *pki.Spec) {
			s.Sig, s.Serial, s.MustStaple, s.Critical, s.Broken = pki.SHA1, "0", true, true, true
		}),
		"CN=a ca self-signed trusted path-length=0 permitted=a,192.0.2.0/24 excluded=.b": with(func(s *pki.Spec) {
			s.CA, s.SelfSigned, s.Trusted, s.Issuer, s.From, s.Until = true, true, true, "", -5*365*day, 5*365*day
			s.PathLen, s.Permitted, s.Excluded = 0, []string{"a", "192.0.2.0/24"}, []string{".b"}
		}),
		"CN=a crl=http://a.example/,http://b.example/": with(func(s *pki.Spec) { s.CRL = []string{"http://a.example/", "http://b.example/"} }),
		"CN=a ocsp=http://a.example aia=http://b.example": with(func(s *pki.Spec) {
			s.OCSP, s.AIA = []string{"http://a.example"}, []string{"http://b.example"}
		}),
		"CN=a revoked":     with(func(s *pki.Spec) { s.Revoked, s.RevokedAt = true, -day }),
		"CN=a revoked=-2h": with(func(s *pki.Spec) { s.Revoked, s.RevokedAt = true, -2*time.Hour }),
		"CN=a revoked=+2d": with(func(s *pki.Spec) { s.Revoked, s.RevokedAt = true, 2*day }),
		"CN=a staple=good": with(func(s *pki.Spec) { s.Staple = "good" }),
		"CN=a send=leaf":   with(func(s *pki.Spec) { s.Send = []string{"leaf"} }),
		"CN=a send=leaf,x,issuer,root,leaf": with(func(s *pki.Spec) {
			s.Send = []string{"leaf", "x", "issuer", "root", "leaf"}
		}),
		"CN=a from=-90d until=-1d":  with(func(s *pki.Spec) { s.From, s.Until = -90*day, -day }),
		"CN=a from=+1d until=1d":    with(func(s *pki.Spec) { s.From, s.Until = day, day }),
		"CN=a from=-2h until=30m":   with(func(s *pki.Spec) { s.From, s.Until = -2*time.Hour, 30*time.Minute }),
		"CN=a from=-50y until=+50y": with(func(s *pki.Spec) { s.From, s.Until = -50*365*day, 50*365*day }),
		"CN=a from=+1d":             with(func(s *pki.Spec) { s.From = day }),
		"CN=a from=+1y":             with(func(s *pki.Spec) { s.From, s.Until = 365*day, 730*day }),
		"CN=a until=-1d":            with(func(s *pki.Spec) { s.Until = -day }),
		"CN=a until=-40d":           with(func(s *pki.Spec) { s.From, s.Until = -405*day, -40*day }),
	}
	for line, want := range rows {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got, err := pki.ParseLine(line)
			require.NoError(t, err)
			got.Words = nil
			assert.Equal(t, want, got)
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	s, err := pki.ParseLine("  CN=\"a b\"\tself-signed   until=-1d ")
	require.NoError(t, err)
	assert.Equal(t, []pki.Word{{Text: `CN="a b"`, Offset: 2}, {Text: "self-signed", Offset: 11}, {Text: "until=-1d", Offset: 25}}, s.Words)
}

func TestParseLineErrors(t *testing.T) {
	t.Parallel()
	rows := []struct {
		line   string
		offset int
		says   string // the part of the message that helps
	}{
		{"", 0, "write CN= or SAN="},
		{"  ", 2, "write CN= or SAN="},
		{"self-signed", 11, "write CN= or SAN="},
		{"CN=a SNA=b", 5, `unknown word "SNA="; write SAN=`},
		{"cn=a", 0, `unknown word "cn="; write CN=`},
		{"CN=a selfsigned", 5, `unknown word "selfsigned"; write self-signed`},
		{"CN=a CA", 5, `unknown word "CA"; write ca`},
		{"CN=a something-else", 5, "write one of CN= SAN= issuer= ca self-signed from= until= send= key="},
		{`CN=a "b c"`, 5, `a quote opens right after "="`},
		{"SAN=a ca SAN=b", 9, "SAN=a,b"},
		{"ca CN=a ca", 8, "ca stands here a second time"},
		{"CN=", 3, "CN= has no value"},
		{`CN=""`, 4, "CN= has no value"},
		{"CN SAN=a", 0, "write CN=..."},
		{"CN=a ca=yes", 7, "write ca alone"},
		{"CN=a self-signed=", 16, "write self-signed alone"},
		{`CN="a`, 3, "not closed"},
		{`CN="a\"`, 3, "not closed"},
		{`CN="a"b`, 6, "write a blank here"},
		{`CN=a"b"`, 4, `right after "="`},
		{`CN="a\qb"`, 5, `write \\ for a backslash`},
		{`CN="\xff"`, 4, `not \xNN`},
		{"CN=a\u00a0SAN=b", 4, `U+00A0 cannot be seen; write a blank, or \u00a0 in quotes`},
		{"CN=a\nSAN=b", 4, `\n in quotes`},
		{"CN=a\xff", 4, `write it in quotes as \xff`},
		{"SAN=a,,b", 6, "a name is missing"},
		{"SAN=a,", 6, "a name is missing"},
		{`SAN="\u00e9,,b"`, 12, "a name is missing"},
		{"SAN=a,DNS:b", 6, `without "DNS:"`},
		{"SAN=ip:192.0.2.1", 4, `without "ip:"`},
		{"CN=a issuer=a,b", 12, `"a,b" is not a label`},
		{"CN=a issuer=root", 12, "issuer=LABEL"},
		{"CN=a issuer=" + strings.Repeat("x", 65), 12, "write 1 to 64"},
		{"CN=a self-signed issuer=public", 17, "not both"},
		{"CN=a issuer=public self-signed", 5, "not both"},
		{"SAN=a ca", 6, "write CN= beside it"},
		{"CN=a send=ssl-ca", 10, "write send=leaf,ssl-ca"},
		{"CN=a send=leaf,,b", 15, "a certificate is missing"},
		{"CN=a send=leaf,-", 15, "is not a label"},
		{"CN=a send=leaf,public", 15, "is a hierarchy"},
		{"CN=a self-signed send=leaf,root", 27, "write send=leaf"},
		{"CN=a key=rsa", 9, "write key= with one of p256 p384 p521 ed25519 rsa1024 rsa2048 rsa4096"},
		{"CN=a eku=client", 9, "write one of serverAuth clientAuth emailProtection"},
		{"CN=a eku=clientAuth,clientAuth", 20, "write it once"},
		{"CN=a eku=serverauth", 9, "write serverAuth"},
		{"CN=a eku=none,any", 9, "none stands alone"},
		{"CN=a ku=none,none", 8, "none stands alone"},
		{"CN=a ku=keycertsign", 8, "write keyCertSign"},
		{"CN=a ku=x", 8, "write one of digitalSignature"},
		{"CN=a key=p265", 9, "write key=p256"},
		{"CN=a sig=sha265", 9, "write sig=sha256"},
		{"CN=a sig=whirlpool", 9, "write sig= with one of md5 sha1 sha256"},
		{"CN=a serial=-1", 12, "write serial= with one of negative 0 long"},
		{"CN=a der=ber", 9, "write der=broken"},
		{"CN=a must-staple=yes", 16, "write must-staple alone"},
		{"CN=a muststaple", 5, "write must-staple"},
		{"CN=a critical-unknwon", 5, "write critical-unknown"},
		{"CN=a path-length=0", 5, "is for authorities; write it in a line with ca"},
		{"CN=a ca path-length=-1", 20, "0 to 255"},
		{"CN=a permitted=a", 5, "is for authorities"},
		{"CN=a ca permitted=*.a", 18, "a constraint has no star"},
		{"CN=a ca excluded=a,,b", 19, "a name is missing"},
		{"CN=a ca excluded=192.0.2.0/33", 17, "192.0.2.0/24"},
		{"CN=a ca not-ca", 8, "not both"},
		{"SAN=a not-ca", 6, "write CN= beside it"},
		{"CN=a trusted", 5, "write trusted beside ca self-signed"},
		{"CN=a ca trusted", 8, "write trusted beside ca self-signed"},
		{"CN=a key-of=", 12, "key-of= has no value"},
		{"CN=a key-of=public", 12, "write key-of=LABEL"},
		{"CN=a key-of=a,b", 12, "is not a label"},
		{"CN=a key-of=b key=p256", 14, "write key= there"},
		{"SAN-IP=a", 7, "write one such as 192.0.2.1"},
		{"SAN-IP=192.0.2.1,", 17, "is not an IP address"},
		{"SAN-IP=fe80::1%a", 7, "is not an IP address"},
		{"SAN-email=a@b,,", 14, "a name is missing"},
		{"SAN-URI=,", 8, "a name is missing"},
		{"SAN=a{2..1}", 6, "is no range of numbers"},
		{"SAN=a{1..x}", 6, "is no range of numbers"},
		{"SAN=a,b{1..99999}", 8, "is no range of numbers"},
		{"SAN=a,b{1..20000}", 8, "more than 10000 names"},
		{"SAN=a{1..9000},b{1..9000}", 15, "more than 10000 names"},
		{"CN=a crl=ldap://a.example/", 9, "is no http URL; write one such as http://crl.example.net/ca.crl"},
		{"CN=a crl=http:///a", 9, "is no http URL"},
		{"CN=a crl=http://a@b.example/", 9, "is no http URL"},
		{"CN=a crl=http://b.example/#c", 9, "is no http URL"},
		{"CN=a crl=http://b.example:x/", 9, "is no http URL"},
		{"CN=a crl=crl.example.net", 9, "is no http URL"},
		{"CN=a ocsp=http://a.example,https://b.example", 27, "write the URL with http:"},
		{"CN=a aia=http://a.example,", 26, "a URL is missing"},
		{`CN=a aia="http://a.example/ b"`, 10, "' ' may not stand in a URL"},
		{"CN=a aia=http://a.example/ü", 9, "may not stand in a URL"},
		{"CN=a crl=http://a.example crl=http://b.example", 26, "crl=a,b"},
		{"CN=a revoked=", 13, "revoked= has no value"},
		{"CN=a revoked=yes", 13, "-90d, +1y or 12h"},
		{"CN=a revoked revoked=-1d", 13, "a second time"},
		{"CN=a staple", 5, "write staple=..."},
		{"CN=a staple=goood", 12, "write staple=good"},
		{"CN=a staple=bad-signature", 12, "one of good revoked unknown try-later expired"},
		{"CN=a from=1", 10, "-90d, +1y or 12h"},
		{"CN=a from=d", 10, "-90d, +1y or 12h"},
		{"CN=a from=--1d", 10, "-90d, +1y or 12h"},
		{"CN=a from=1.5d", 10, "-90d, +1y or 12h"},
		{"CN=a from=1w", 10, "-90d, +1y or 12h"},
		{"CN=a until=99999999999999999999d", 11, "-90d, +1y or 12h"},
		{"CN=a until=51y", 11, "at most 50y"},
		{"CN=a from=+1d until=-1d", 14, "write until= after from="},
		{"CN=a from=99999999999999999999d CN=b", 10, "-90d, +1y or 12h"},
		{"CN=" + strings.Repeat("a", 16<<10), 16 << 10, "write at most 16384"},
	}
	for _, row := range rows {
		t.Run(row.line[:min(len(row.line), 40)], func(t *testing.T) {
			t.Parallel()
			_, err := pki.ParseLine(row.line)
			var syntax *pki.SyntaxError
			require.True(t, errors.As(err, &syntax), "error is %v", err)
			assert.Equal(t, row.offset, syntax.Offset, "offset of %q", syntax.Msg)
			assert.Contains(t, syntax.Msg, row.says)
		})
	}
}
