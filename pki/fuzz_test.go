package pki_test

import (
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
		"CN=a key=ed25519 ku=none eku=none must-staple critical-unknown", "CN=a self-signed key=rsa1024 sig=md5", "CN=a not-ca new-key serial=long der=broken key=p521", "CN=a key-of=a",
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
