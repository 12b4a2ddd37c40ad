package pki_test

import (
	"crypto"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"mxlab/pki"
)

// A line that parses is issued, and holds what the line says. A line that does
// not parse is told where.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"CN=*.emailhosted.not SAN=*.emailhosted.not,emailhosted.not issuer=public",
		`ca CN="lab SHA256 SSL CA" from=-5y`,
		`CN="a\x00\u00e9\U0001F600 =,\"b\\" self-signed`,
		`SAN="\xff,bücher.example,*,a b" issuer=private send=leaf,issuer,root`,
		"CN=a key=rsa2048 until=-1d", "CN=a issuer=b send=leaf,c", "SAN=a self-signed send=leaf,leaf",
		"CN=a CN=b ca self-signed trusted path-length=0 permitted=a,192.0.2.0/24 excluded=b", "SAN=a{1..3} SAN-IP=::1 SAN-email=a SAN-URI=x:y serial=negative",
		"CN=a key=ed25519 ku=none eku=none must-staple critical-unknown", "CN=a self-signed key=rsa1024 sig=md5", "CN=a not-ca serial=long der=broken key=p521", "CN=a key-of=a",
		"CN=a crl=http://a.example/,http://b.example ocsp=http://c.example aia=http://d.example revoked=-2d staple=expired",
		"", "=", `"`, `CN="`, "CN=a from=+1m until=2h",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := pki.ParseLine(text)
		if err != nil {
			var syntax *pki.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) || syntax.Msg == "" {
				t.Fatalf("ParseLine(%q): error without a place: %v", text, err)
			}
			return
		}
		for _, w := range s.Words {
			if text[w.Offset:w.Offset+len(w.Text)] != w.Text {
				t.Fatalf("ParseLine(%q): word %q is not at %d", text, w.Text, w.Offset)
			}
		}
		if len(text) > 512 {
			return
		}
		lab := pki.NewLab(noon)
		if err := lab.Add("a", s); err != nil {
			t.Fatal(err)
		}
		check := lab.Check()
		c, err := lab.Issue("a")
		if (check == nil) != (err == nil) {
			t.Fatalf("%q: Check says %v, Issue says %v", text, check, err)
		}
		if err != nil {
			var errs pki.LabelErrors
			if !errors.As(err, &errs) {
				t.Fatalf("Issue of %q: %v", text, err)
			}
			return
		}
		// What crypto/x509 refuses to read: bytes above 127, URIs without a host, a
		// negative serial number, constraints that are no names, and what is broken.
		readable := strings.IndexFunc(strings.Join(append(s.SAN, s.Email...), ""), func(r rune) bool { return r >= utf8.RuneSelf }) < 0 &&
			s.URI == nil && s.Permitted == nil && s.Excluded == nil && s.Serial != "negative" && !s.Broken
		cn := s.CN
		if len(s.MoreCN) > 0 {
			cn = s.MoreCN[len(s.MoreCN)-1]
		}
		switch {
		case c.Leaf == nil && readable:
			t.Fatalf("%q: crypto/x509 cannot read the certificate: %x", text, c.Sent[0])
		case c.Leaf == nil:
			return
		case c.Leaf.Subject.CommonName != cn:
			t.Fatalf("%q: common name is %q, want %q", text, c.Leaf.Subject.CommonName, cn)
		case strings.Join(c.Leaf.DNSNames, ",") != strings.Join(s.SAN, ","):
			t.Fatalf("%q: names are %q, want %q", text, c.Leaf.DNSNames, s.SAN)
		case !c.Leaf.NotBefore.Equal(noon.Add(s.From)) || !c.Leaf.NotAfter.Equal(noon.Add(s.Until)):
			t.Fatalf("%q: valid %v to %v", text, c.Leaf.NotBefore, c.Leaf.NotAfter)
		}
	})
}

// A publication that parses is published, if the lab has its labels, whatever
// is asked of it.
func FuzzPublication(f *testing.F) {
	f.Add("crl issuer=sub root from=-1d until=+6d only=ca size=1kB der=broken", []byte{})
	f.Add("ocsp issuer=sub signed-by=mx answers=revoked until=none", []byte{0x30, 0})
	for _, line := range []string{"ocsp", "certificate of=mx", "crl signed-by=private", `crl issuer="\x00"`, "", "crl size=1MB", "ocsp issuer=ed"} {
		f.Add(line, []byte("\x30\x03"))
	}
	lab := newLab(f, noon, "sub: ca CN=Sub", "mx: CN=mx.example issuer=sub revoked", "ed: ca CN=Ed key=ed25519")
	f.Add("ocsp issuer=sub", question(f, number(f, issue(f, lab, "mx")), authority(f, lab, "certificate of=sub"), crypto.SHA1))
	f.Fuzz(func(t *testing.T, line string, request []byte) {
		p, err := pki.ParsePublication(line)
		if err == nil {
			err = lab.CheckPublication(p)
		}
		if err != nil {
			var syntax *pki.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(line) || syntax.Msg == "" {
				t.Fatalf("%q: error without a place: %v", line, err)
			}
			return
		}
		if p.Size > 10_000 {
			return
		}
		der, err := lab.Publish(p, request, noon)
		if err != nil || len(der) == 0 {
			t.Fatalf("%q, asked %x: %v", line, request, err)
		}
	})
}
