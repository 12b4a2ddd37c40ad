package pki

import (
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	"github.com/cloudflare/cfssl/config"
	"github.com/cloudflare/cfssl/signer"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

var (
	oidKeyUsage               = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidSubjectAltName         = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidNameConstraints        = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidCRLDistributionPoints  = asn1.ObjectIdentifier{2, 5, 29, 31}
	oidAuthorityKeyIdentifier = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidAuthorityInfoAccess    = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}
	oidTLSFeature             = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24} // RFC 7633 section 4.1
	oidUnknown                = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1} // RFC 5612: for examples
)

// written lists the extensions that a request may bring.
func written() map[string]bool {
	all := map[string]bool{}
	for _, id := range []asn1.ObjectIdentifier{oidSubjectAltName, oidNameConstraints, oidCRLDistributionPoints, oidAuthorityKeyIdentifier,
		oidAuthorityInfoAccess, oidTLSFeature, oidUnknown} {
		all[id.String()] = true
	}
	return all
}

// extensions makes what cfssl would not write as the line says it. issuerID is
// the issuer's subject key identifier.
func (o *order) extensions(issuerID []byte) ([]signer.Extension, error) {
	var exts []signer.Extension
	var failed error
	add := func(id asn1.ObjectIdentifier, critical bool, build cryptobyte.BuilderContinuation) {
		var b cryptobyte.Builder
		b.AddASN1(cbasn1.SEQUENCE, build)
		der, err := b.Bytes()
		if err != nil && failed == nil {
			failed = fmt.Errorf("encode the extension %v: %w", id, err)
		}
		exts = append(exts, signer.Extension{ID: config.OID(id), Critical: critical, Value: hex.EncodeToString(der)})
	}
	s := o.spec
	if !s.SelfSigned {
		// RFC 5280 section 4.2.1.1: in every certificate but self-signed ones.
		// crypto/x509 leaves it out where issuer and subject have one name.
		add(oidAuthorityKeyIdentifier, false, func(b *cryptobyte.Builder) { tagged(b, 0, issuerID) })
	}
	if s.hasSAN() {
		// RFC 5280 section 4.2.1.6: critical if the subject is empty.
		add(oidSubjectAltName, s.CN == "", s.alternativeNames)
	}
	if len(s.Permitted)+len(s.Excluded) > 0 {
		// RFC 5280 section 4.2.1.10: always critical.
		add(oidNameConstraints, true, func(b *cryptobyte.Builder) {
			subtrees(b, 0, s.Permitted)
			subtrees(b, 1, s.Excluded)
		})
	}
	if len(s.CRL) > 0 {
		add(oidCRLDistributionPoints, false, s.distributionPoints)
	}
	if len(s.OCSP)+len(s.AIA) > 0 {
		add(oidAuthorityInfoAccess, false, s.accessDescriptions)
	}
	if s.MustStaple {
		const statusRequest = 5 // RFC 6066 section 8
		add(oidTLSFeature, false, func(b *cryptobyte.Builder) { b.AddASN1Int64(statusRequest) })
	}
	if s.Critical {
		add(oidUnknown, true, func(*cryptobyte.Builder) {})
	}
	return exts, failed
}

// alternativeNames writes GeneralNames, of one kind after the other.
func (s *Spec) alternativeNames(b *cryptobyte.Builder) {
	for _, n := range s.SAN {
		tagged(b, 2, []byte(n))
	}
	for _, a := range s.IP {
		tagged(b, 7, a.AsSlice())
	}
	for _, n := range s.Email {
		tagged(b, 1, []byte(n))
	}
	for _, n := range s.URI {
		tagged(b, 6, []byte(n))
	}
}

// subtrees writes GeneralSubtrees with their defaults left out.
func subtrees(b *cryptobyte.Builder, tag uint8, trees []string) {
	if len(trees) == 0 {
		return
	}
	b.AddASN1(cbasn1.Tag(tag).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
		for _, t := range trees {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				if strings.Contains(t, "/") {
					tagged(b, 7, addressRange(t))
				} else {
					tagged(b, 2, []byte(t))
				}
			})
		}
	})
}

// addressRange gives address and mask (RFC 5280 section 4.2.1.10).
func addressRange(text string) []byte {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return nil // parseSubtrees has refused it
	}
	both := p.Masked().Addr().AsSlice()
	size := len(both)
	both = append(both, make([]byte, size)...)
	for i := range p.Bits() {
		both[size+i/8] |= 0x80 >> (i % 8)
	}
	return both
}

func tagged(b *cryptobyte.Builder, tag uint8, octets []byte) {
	b.AddASN1(cbasn1.Tag(tag).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(octets) })
}
