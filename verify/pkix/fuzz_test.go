package pkix_test

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"slices"
	"testing"

	"golang.org/x/crypto/ocsp"

	verifypkix "mxlab/verify/pkix"
)

// FuzzBuild takes a chain as one string: for each certificate two octets of
// length, then the DER. Half of what it is given are whole chains with some
// octets changed.
func FuzzBuild(f *testing.F) {
	root := issue(f, nil, "Root", ca, permit("example.com"))
	between := issue(f, root, "Between", ca, pathLen(0), exclude("mx.example.com"))
	plain := issue(f, between, "mx.example.com", hosts("mx.example.com", "*.example.com"))
	late := issue(f, root, "mx.example.com", expired, critical)
	self := issue(f, nil, "mx.example.com")
	for _, c := range [][][]byte{
		nil, chain(plain, between), chain(plain, root, between, between), chain(late), chain(self, root), chain(between, plain, late, self),
	} {
		f.Add(packed(c), uint16(0), byte(0))
		f.Add(packed(c), uint16(100), byte(1))
	}
	trusted := anchors(root)
	f.Fuzz(func(t *testing.T, text []byte, at uint16, flip byte) {
		text = slices.Clone(text)
		if int(at) < len(text) {
			text[at] ^= flip
		}
		sent := unpacked(text)
		for _, der := range sent {
			if _, err := x509.ParseCertificate(der); err == nil && verifypkix.WhyUnparsable(der) != "" {
				t.Fatalf("crypto/x509 parses what cannot be parsed because %s: %x", verifypkix.WhyUnparsable(der), der)
			}
		}
		for _, rules := range []verifypkix.Rules{{}, strict, verifypkix.Go(), verifypkix.OpenSSL(1)} {
			p := verifypkix.Build(sent, trusted, noon, rules)
			if p.Leaf == nil {
				if len(p.Certs) != 0 || len(p.Faults) != 1 || p.Faults[0].Kind != verifypkix.Unparsable {
					t.Fatalf("no leaf, but certificates or other faults: %v", words(p))
				}
				continue
			}
			if p.Certs[0] != p.Leaf {
				t.Fatal("the path does not start with the leaf")
			}
			for i, fault := range p.Faults {
				if fault.Depth < 0 || fault.Depth >= len(p.Certs) {
					t.Fatalf("fault at depth %d of %d certificates", fault.Depth, len(p.Certs))
				}
				if !slices.Contains(verifypkix.Kinds(), fault.Kind) {
					t.Fatalf("fault of unknown kind %q", fault.Kind)
				}
				if i > 0 && fault.Depth < p.Faults[i-1].Depth {
					t.Fatalf("faults not nearest the leaf first: %v", words(p))
				}
				if i > 0 && fault == p.Faults[i-1] {
					t.Fatalf("a fault twice: %v", words(p))
				}
			}
			// The order behind the leaf does not matter to the verdict.
			if len(sent) > 2 {
				turned := slices.Clone(sent)
				slices.Reverse(turned[1:])
				if q := verifypkix.Build(turned, trusted, noon, rules); q.OK() != p.OK() {
					t.Fatalf("sent in order %v, reversed %v", words(p), words(q))
				}
			}
		}
	})
}

func packed(certs [][]byte) (text []byte) {
	for _, der := range certs {
		text = binary.BigEndian.AppendUint16(text, uint16(len(der)))
		text = append(text, der...)
	}
	return text
}

func unpacked(text []byte) (certs [][]byte) {
	for len(text) >= 2 && len(certs) < 300 {
		n := min(int(binary.BigEndian.Uint16(text)), len(text)-2)
		certs = append(certs, text[2:2+n])
		text = text[2+n:]
	}
	return certs
}

// FuzzRevocation reads whatever may come as a list, a response, or an issuer.
func FuzzRevocation(f *testing.F) {
	root := issue(f, nil, "Root", signsLists)
	leaf := issue(f, root, "mx.example.com", points("http://crl.example.net/one.crl"))
	delegate := issue(f, root, "Responder", responder)
	for _, der := range [][]byte{
		crlOf(f, root), crlOf(f, root, revokes(leaf, 1), scoped(idp{Users: true, Point: point{[]asn1.RawValue{uri("http://crl.example.net/one.crl")}}})),
		answer(f, root, root, leaf), answer(f, root, delegate, leaf, withdrawn(1)), ocsp.TryLaterErrorResponse,
		root.Raw, bundle(f, root, leaf),
	} {
		f.Add(der, uint16(0), byte(0))
		f.Add(der, uint16(60), byte(1))
	}
	f.Fuzz(func(t *testing.T, der []byte, at uint16, flip byte) {
		der = slices.Clone(der)
		if int(at) < len(der) {
			der[at] ^= flip
		}
		for _, s := range []verifypkix.Status{
			verifypkix.ReadCRL(der).Status(leaf.Certificate, root.Certificate, noon),
			verifypkix.OCSPStatus(der, leaf.Certificate, root.Certificate, noon),
		} {
			switch s.State {
			case verifypkix.StateUndetermined:
				if !slices.Contains(verifypkix.Doubts(), s.Doubt) || !s.Until.IsZero() {
					t.Fatalf("undetermined for no known reason: %+v", s)
				}
			case verifypkix.StateGood, verifypkix.StateRevoked:
				if s.Doubt != "" {
					t.Fatalf("determined, but in doubt: %+v", s)
				}
			default:
				t.Fatalf("no state: %+v", s)
			}
		}
		if until := verifypkix.Current(der, noon); !until.IsZero() && !until.After(noon) {
			t.Fatalf("current until %v, which has passed", until)
		}
		if p, ok := verifypkix.ReadPublication(der); ok != (p.Kind != "") {
			t.Fatalf("read %v, but %+v", ok, p)
		}
		for _, c := range verifypkix.IssuersIn(der, leaf.Certificate) {
			if len(c) > len(der) {
				t.Fatal("a certificate that is larger than what it came in")
			}
		}
	})
}
