package pki

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
)

// A signedCertificate is a Certificate of RFC 5280 section 4.1, with its parts
// left as they are encoded but for those that are written over.
type signedCertificate struct {
	TBS       toBeSigned
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type toBeSigned struct {
	Version    int `asn1:"explicit,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   asn1.RawValue
	Subject    asn1.RawValue
	Key        asn1.RawValue
	Extensions []pkix.Extension `asn1:"explicit,tag:3"`
}

// refused tells whether cfssl, or crypto/x509 below it, would not make what is
// ordered: more than one common name, MD5, a negative serial number, a
// certificate without any usage.
func (o *order) refused() bool {
	return len(o.spec.MoreCN) > 0 || len(o.issuer.MoreCN) > 0 || o.spec.Sig == MD5 || o.serial.Sign() < 0 || len(o.spec.usages()) == 0
}

// rework writes over what cfssl made in place of what it refuses, and signs
// again.
func (o *order) rework(der []byte) ([]byte, error) {
	var c signedCertificate
	if rest, err := asn1.Unmarshal(der, &c); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("take apart what cfssl made: %w", err)
	}
	c.TBS.Serial = o.serial
	for _, name := range []struct {
		spec *Spec
		at   *asn1.RawValue
	}{{o.spec, &c.TBS.Subject}, {o.issuer, &c.TBS.Issuer}} {
		if len(name.spec.MoreCN) == 0 {
			continue
		}
		text, err := asn1.Marshal(distinguishedName(name.spec))
		if err != nil {
			return nil, fmt.Errorf("encode the common names: %w", err)
		}
		*name.at = asn1.RawValue{FullBytes: text}
	}
	if len(o.spec.usages()) == 0 {
		c.TBS.Extensions = slices.DeleteFunc(c.TBS.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(oidKeyUsage) })
	}
	if o.spec.Sig == MD5 {
		c.TBS.Algorithm = md5WithRSA()
		c.Algorithm = md5WithRSA()
	}
	tbs, err := asn1.Marshal(c.TBS)
	if err != nil {
		return nil, fmt.Errorf("encode what is to be signed: %w", err)
	}
	sum, hash := digest(o.spec.Sig.algorithm(o.issuerType), tbs)
	signature, err := repeatable{o.issuerKey}.Sign(nil, sum, hash)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	whole, err := asn1.Marshal(struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}{asn1.RawValue{FullBytes: tbs}, c.Algorithm, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}})
	if err != nil {
		return nil, fmt.Errorf("encode the certificate: %w", err)
	}
	return whole, nil
}

// distinguishedName gives each common name a place of its own, in order.
func distinguishedName(s *Spec) pkix.RDNSequence {
	var name pkix.RDNSequence
	for _, cn := range s.commonNames() {
		name = append(name, pkix.RelativeDistinguishedNameSET{{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: cn}})
	}
	return name
}

// breakDER takes the last octets away: no ASN.1 reader gets past the first
// length (X.690 section 8.1.3).
func breakDER(der []byte) []byte { return bytes.Clone(der[:len(der)-16]) }
