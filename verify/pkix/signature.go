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
	return signed(issuer, child.SignatureAlgorithm, child.RawTBSCertificate, child.Signature)
}

// signed reports whether the signer's key made a signature over a text.
func signed(signer *x509.Certificate, algorithm x509.SignatureAlgorithm, text, signature []byte) bool {
	key, isRSA := signer.PublicKey.(*rsa.PublicKey)
	if isRSA && key.N.BitLen() > maxRSABits {
		return false
	}
	if algorithm == x509.MD5WithRSA {
		// crypto/x509 refuses MD5 before it looks.
		if !isRSA {
			return false
		}
		sum := md5.Sum(text)
		return rsa.VerifyPKCS1v15(key, crypto.MD5, sum[:], signature) == nil
	}
	return signer.CheckSignature(algorithm, text, signature) == nil
}

// SHA1Signed reports whether the signature on a certificate is over a SHA-1 hash.
func SHA1Signed(c *x509.Certificate) bool {
	return c.SignatureAlgorithm == x509.SHA1WithRSA || c.SignatureAlgorithm == x509.ECDSAWithSHA1 || c.SignatureAlgorithm == x509.DSAWithSHA1
}

func md5Signed(c *x509.Certificate) bool {
	return c.SignatureAlgorithm == x509.MD5WithRSA || c.SignatureAlgorithm == x509.MD2WithRSA
}
