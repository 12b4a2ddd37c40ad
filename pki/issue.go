package pki

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/cloudflare/cfssl/config"
	"github.com/cloudflare/cfssl/log"
	"github.com/cloudflare/cfssl/signer"
	"github.com/cloudflare/cfssl/signer/local"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// quiet stops cfssl from logging each certificate to the standard logger. The
// level is a plain variable of that library, one for the whole process, hence
// the Once.
var quiet = sync.OnceFunc(func() { log.Level = log.LevelFatal })

// An order is a certificate about to be signed.
type order struct {
	spec       *Spec
	key        crypto.Signer // its own
	issuerName string        // common name of the issuer
	issuerKey  crypto.Signer
	serial     *big.Int
	from       time.Time
	until      time.Time
	pathLen    int // RFC 5280 section 4.2.1.9; -1 for no limit
}

// sign issues a certificate, in DER, through cfssl.
func (o *order) sign() ([]byte, error) {
	s, req, err := o.request()
	if err != nil {
		return nil, err
	}
	text, err := s.Sign(req)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("sign: cfssl gave no PEM block")
	}
	return block.Bytes, nil
}

// request makes the issuer and what is asked of it.
func (o *order) request() (*local.Signer, signer.SignRequest, error) {
	req := signer.SignRequest{
		Serial:    o.serial,
		NotBefore: o.from,
		NotAfter:  o.until,
	}
	csr, err := x509.CreateCertificateRequest(nil, &x509.CertificateRequest{
		Subject:            pkix.Name{CommonName: o.spec.CN},
		SignatureAlgorithm: signer.DefaultSigAlgo(o.key),
	}, repeatable{o.key})
	if err != nil {
		return nil, req, fmt.Errorf("make the request: %w", err)
	}
	req.Request = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}))
	ski, err := signer.ComputeSKI(&x509.Certificate{PublicKey: o.issuerKey.Public()})
	if err != nil {
		return nil, req, fmt.Errorf("identify the issuer's key: %w", err)
	}
	if req.Extensions, err = o.extensions(ski); err != nil {
		return nil, req, err
	}
	// Of the issuer cfssl needs no more than this, and so an authority that
	// crypto/x509 cannot parse may sign too. The nil that cfssl would take for
	// a self-signed certificate works for authorities only.
	parent := &x509.Certificate{Subject: pkix.Name{CommonName: o.issuerName}, SubjectKeyId: ski}
	s, err := local.NewSigner(repeatable{o.issuerKey}, parent, signer.DefaultSigAlgo(o.issuerKey), o.policy())
	if err != nil {
		return nil, req, fmt.Errorf("make the signer of %q: %w", o.issuerName, err)
	}
	return s, req, nil
}

var (
	oidSubjectAltName         = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidAuthorityKeyIdentifier = asn1.ObjectIdentifier{2, 5, 29, 35}
)

// policy is cfssl's description of what the issuer signs.
func (o *order) policy() *config.Signing {
	p := &config.SigningProfile{
		// TLS 1.3, and 1.2 with ECDHE, need the signature only.
		Usage: []string{"digital signature"},
		// Not used, because each request has its dates; cfssl refuses a
		// policy without it.
		Expiry:                      time.Hour,
		ClientProvidesSerialNumbers: true,
		ExtensionWhitelist: map[string]bool{
			oidSubjectAltName.String():         true,
			oidAuthorityKeyIdentifier.String(): true,
		},
	}
	switch {
	case o.spec.CA:
		p.Usage = []string{"cert sign", "crl sign"}
		p.CAConstraint = config.CAConstraint{IsCA: true, MaxPathLen: o.pathLen, MaxPathLenZero: o.pathLen == 0}
	case o.spec.Key == RSA2048:
		// TLS 1.2 without ECDHE encrypts to the key: RFC 5246 section 7.4.2.
		p.Usage = append(p.Usage, "key encipherment")
	}
	if !o.spec.CA {
		p.Usage = append(p.Usage, usages(o.spec.EKU)...)
	}
	return &config.Signing{Default: p}
}

// usages gives the extended key usages in cfssl's words. A mail host's are
// both, because every one of them is also a sender.
func usages(eku []string) []string {
	words := map[string]string{serverAuth: "server auth", clientAuth: "client auth"}
	if eku == nil {
		eku = []string{serverAuth, clientAuth}
	}
	var all []string
	for _, u := range eku {
		all = append(all, words[u])
	}
	return all
}

// extensions makes what cfssl would not write as the line says it. issuerID is
// the issuer's subject key identifier.
func (o *order) extensions(issuerID []byte) ([]signer.Extension, error) {
	var exts []signer.Extension
	add := func(id asn1.ObjectIdentifier, critical bool, build cryptobyte.BuilderContinuation) error {
		var b cryptobyte.Builder
		b.AddASN1(cbasn1.SEQUENCE, build)
		der, err := b.Bytes()
		exts = append(exts, signer.Extension{ID: config.OID(id), Critical: critical, Value: hex.EncodeToString(der)})
		return err
	}
	if !o.spec.SelfSigned {
		// RFC 5280 section 4.2.1.1: in every certificate but self-signed ones.
		// crypto/x509 leaves it out where issuer and subject have one name.
		err := add(oidAuthorityKeyIdentifier, false, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(issuerID) })
		})
		if err != nil {
			return nil, fmt.Errorf("encode the authority key identifier: %w", err)
		}
	}
	if len(o.spec.SAN) > 0 {
		// RFC 5280 section 4.2.1.6: critical if the subject is empty.
		err := add(oidSubjectAltName, o.spec.CN == "", func(b *cryptobyte.Builder) {
			for _, name := range o.spec.SAN {
				b.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
			}
		})
		if err != nil {
			return nil, fmt.Errorf("encode the subject alternative names: %w", err)
		}
	}
	return exts, nil
}

// newSerial gives the serial number of a certificate: positive, and of exactly
// 20 octets, the most that RFC 5280 section 4.1.2.2 allows.
func newSerial(issuer, label, line string, now time.Time) *big.Int {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d", issuer, label, line, now.Unix()))
	sum[0] = sum[0]&0x7f | 0x40
	return new(big.Int).SetBytes(sum[:20])
}

// moment rounds a time to what a certificate can say: whole seconds, not
// before UTCTime begins, not after the last one of RFC 5280 section 4.1.2.5.
func moment(t time.Time) time.Time {
	first := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	switch t = t.UTC().Truncate(time.Second); {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}
