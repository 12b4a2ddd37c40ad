package pkix

import (
	"crypto/x509"
	stdpkix "crypto/x509/pkix"
	"encoding/asn1"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"
)

// A Publication is what an authority published, as it says itself: for people to
// read. Nothing of it is verified.
type Publication struct {
	Kind       PublicationKind
	By         string    // the issuer of a list, the responder, or the subject of a certificate; empty if it is not named
	State      string    // of a response: good, revoked or unknown, or the Doubt of one that tells nothing
	This, Next time.Time // thisUpdate and nextUpdate; zero where there is none
}

// A PublicationKind is a kind of what stands at the URLs that certificates name.
type PublicationKind string

// The kinds.
const (
	PublishedList        PublicationKind = "revocation list"
	PublishedResponse    PublicationKind = "OCSP response"
	PublishedCertificate PublicationKind = "certificate"
)

// ReadPublication reads a CRL, an OCSP response, or the first of the
// certificates that an address of [Issuers] holds. It reports false of anything else.
func ReadPublication(der []byte) (Publication, bool) {
	if c := ReadCRL(der); c.head != nil {
		return Publication{Kind: PublishedList, By: called(c.head.RawIssuer), This: c.head.ThisUpdate, Next: c.head.NextUpdate}, true
	}
	for _, cert := range unbundle(der) {
		if c, err := x509.ParseCertificate(cert); err == nil {
			return Publication{Kind: PublishedCertificate, By: called(c.RawSubject)}, true
		}
	}
	r, d := readResponse(der, func(list cryptobyte.String) (cryptobyte.String, Doubt) {
		var first cryptobyte.String
		if !list.ReadASN1Element(&first, cbasn1.SEQUENCE) {
			return nil, DoubtUnparsable
		}
		return first, ""
	})
	switch d {
	case "":
	case DoubtTryLater, DoubtError:
		return Publication{Kind: PublishedResponse, State: string(d)}, true
	default:
		return Publication{}, false
	}
	p := Publication{Kind: PublishedResponse, By: called(r.RawResponderName), This: r.ThisUpdate, Next: r.NextUpdate, State: "unknown"}
	switch r.Status {
	case ocsp.Good:
		p.State = "good"
	case ocsp.Revoked:
		p.State = "revoked"
	}
	return p, true
}

// called gives the common name of a distinguished name in DER, or all of it
// where it has none.
func called(der []byte) string {
	var rdns stdpkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &rdns); err != nil || len(rest) > 0 {
		return ""
	}
	var name stdpkix.Name
	name.FillFromRDNSequence(&rdns)
	if name.CommonName != "" {
		return name.CommonName
	}
	return name.String()
}
