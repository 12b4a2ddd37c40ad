package pki

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
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
)

// quiet stops cfssl from logging each certificate to the standard logger. The
// level is a plain variable of that library, one for the whole process, hence
// the Once.
var quiet = sync.OnceFunc(func() { log.Level = log.LevelFatal })

// An order is a certificate about to be signed.
type order struct {
	spec       *Spec
	key        crypto.Signer // its own
	keyType    KeyType
	issuer     *Spec
	issuerKey  crypto.Signer
	issuerType KeyType
	serial     *big.Int
	from       time.Time
	until      time.Time
}

// sign issues a certificate, in DER: through cfssl, and what that refuses is
// written over what it made.
func (o *order) sign() ([]byte, error) {
	der, err := o.signed()
	if err == nil && o.refused() {
		der, err = o.rework(der)
	}
	if err == nil && o.spec.Broken {
		der = breakDER(der)
	}
	return der, err
}

// signed issues through cfssl.
func (o *order) signed() ([]byte, error) {
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
		Serial:    new(big.Int).Abs(o.serial),
		NotBefore: o.from,
		NotAfter:  o.until,
	}
	csr, err := x509.CreateCertificateRequest(nil, &x509.CertificateRequest{
		Subject:            pkix.Name{CommonName: o.spec.CN},
		SignatureAlgorithm: Hash("").algorithm(o.keyType),
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
	parent := &x509.Certificate{Subject: pkix.Name{CommonName: o.issuer.CN}, SubjectKeyId: ski}
	alg := o.spec.Sig.algorithm(o.issuerType)
	if alg == x509.MD5WithRSA {
		alg = x509.SHA256WithRSA // until rework writes over it
	}
	s, err := local.NewSigner(repeatable{o.issuerKey}, parent, alg, o.policy())
	if err != nil {
		return nil, req, fmt.Errorf("make the signer of %q: %w", o.issuer.CN, err)
	}
	return s, req, nil
}

// policy is cfssl's description of what the issuer signs.
func (o *order) policy() *config.Signing {
	p := &config.SigningProfile{
		Usage: o.spec.usages(),
		// Not used, because each request has its dates; cfssl refuses a
		// policy without it.
		Expiry:                      time.Hour,
		ClientProvidesSerialNumbers: true,
		ExtensionWhitelist:          written(),
	}
	if len(p.Usage) == 0 {
		p.Usage = []string{"digital signature"} // until rework takes it out
	}
	if o.spec.CA {
		p.CAConstraint = config.CAConstraint{IsCA: true, MaxPathLen: o.spec.PathLen, MaxPathLenZero: o.spec.PathLen == 0}
	}
	return &config.Signing{Default: p}
}

// newSerial gives the serial number of a certificate: positive, and of exactly
// 20 octets, the most that RFC 5280 section 4.1.2.2 allows, unless odd says
// otherwise in the words of serial=.
func (l *Lab) newSerial(issuer, label, line, odd string) *big.Int {
	from := fmt.Appendf(nil, "%q %q %q %d", issuer, label, line, l.now.Unix())
	if l.random {
		from = append(from, l.secret...)
	}
	sum := sha256.Sum256(from)
	sum[0] = sum[0]&0x7f | 0x40
	n := new(big.Int).SetBytes(sum[:20])
	switch odd {
	case "negative":
		n.Neg(n)
	case "0":
		n.SetInt64(0)
	case "long":
		n.SetBytes(sum[:])
	}
	return n
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
