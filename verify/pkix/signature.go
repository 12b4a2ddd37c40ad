package pkix

import (
	"crypto"
	"crypto/md5"
	"crypto/rsa"
	"crypto/x509"
)

// Larger RSA keys are not used, as in OpenSSL: they would cost too much.
const maxRSABits = 16384

// signatureOK reports whether the issuer's key made the child's signature. It
// checks nothing else: whether the issuer may sign, and whether the algorithm
// is a good one, are faults of their own. An algorithm that cannot be checked
// is no signature.
func signatureOK(child, issuer *x509.Certificate) bool {
	key, isRSA := issuer.PublicKey.(*rsa.PublicKey)
	if isRSA && key.N.BitLen() > maxRSABits {
		return false
	}
	if child.SignatureAlgorithm == x509.MD5WithRSA {
		// crypto/x509 refuses MD5 before it looks.
		if !isRSA {
			return false
		}
		sum := md5.Sum(child.RawTBSCertificate)
		return rsa.VerifyPKCS1v15(key, crypto.MD5, sum[:], child.Signature) == nil
	}
	return issuer.CheckSignature(child.SignatureAlgorithm, child.RawTBSCertificate, child.Signature) == nil
}

func sha1Signed(c *x509.Certificate) bool {
	return c.SignatureAlgorithm == x509.SHA1WithRSA || c.SignatureAlgorithm == x509.ECDSAWithSHA1 || c.SignatureAlgorithm == x509.DSAWithSHA1
}

func md5Signed(c *x509.Certificate) bool {
	return c.SignatureAlgorithm == x509.MD5WithRSA || c.SignatureAlgorithm == x509.MD2WithRSA
}
