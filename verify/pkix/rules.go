package pkix

// Rules say how a TLS library judges a path, as data. They are comparable, so
// that a path is built once for all senders whose library judges alike. The
// zero Rules are RFC 5280's, with a trust anchor's own dates ignored.
type Rules struct {
	MinRSABits    int  // shorter RSA keys are a WeakKey, also the anchor's; 0 allows any
	RefuseSHA1    bool // SHA-1 signatures are a WeakSignature
	AllowMD5      bool // MD5 signatures are none
	AnchorsExpire bool // the dates of the trust anchor count (RFC 5280 section 6.2 leaves it open)
	PartialChains bool // an anchor need not be self-signed
	ServerAuth    bool // an extended key usage, where present, must allow serverAuth
	ClientAuth    bool // the same of clientAuth
	RefuseAny     bool // anyExtendedKeyUsage does not allow it (RFC 5280 section 4.2.1.12 lets the application choose)
	NestedUsage   bool // the extended key usage also of every issuer, as crypto/x509 and OpenSSL do
	KeyUsage      bool // the leaf's key usage, where present, must allow a signature or a key exchange
	ConstrainCN   bool // the common name of a leaf without a dNSName is under name constraints too
}

// OpenSSL gives the rules of OpenSSL 3 at a security level (0 to 2) with its
// server purpose, as openssl-verification-options(1) and
// SSL_CTX_set_security_level(3) describe them. From level 1 on SHA-1 is
// refused; OpenSSL 1.1 did so from level 2 on.
func OpenSSL(level int) Rules {
	r := Rules{AnchorsExpire: true, ServerAuth: true, RefuseAny: true, NestedUsage: true, KeyUsage: true, ConstrainCN: true}
	switch {
	case level >= 2:
		r.MinRSABits, r.RefuseSHA1 = 2048, true
	case level == 1:
		r.MinRSABits, r.RefuseSHA1 = 1024, true
	}
	return r
}

// GnuTLS gives the rules of GnuTLS 3.7 as gnutls_certificate_verify_peers2 applies
// them with the priority NORMAL, without a purpose: any certificate among those
// that are trusted is an anchor, its own dates count, and MD5 and SHA-1 are
// refused. A modulus of 1024 bits will do, because that is the profile low.
func GnuTLS() Rules {
	return Rules{MinRSABits: 1008, RefuseSHA1: true, AnchorsExpire: true, PartialChains: true, ConstrainCN: true}
}

// ForClients gives the same rules for the certificates that clients show: where
// an extended key usage is looked at it must allow clientAuth.
func (r Rules) ForClients() Rules {
	r.ServerAuth, r.ClientAuth = false, r.ServerAuth
	return r
}

// Go gives the rules of crypto/x509 in Go 1.26.
func Go() Rules {
	return Rules{MinRSABits: 1024, RefuseSHA1: true, AnchorsExpire: true, PartialChains: true, ServerAuth: true, NestedUsage: true}
}

// Schannel gives the rules of Windows, as CertGetCertificateChain builds a chain
// for a TLS server. Known: RSA keys shorter than 1024 bits are blocked (KB
// 2661254), and the extended key usages of issuers limit those below them
// (CERT_TRUST_IS_NOT_VALID_FOR_USAGE). Recalled: a root's own dates count, a chain
// must end in a self-signed root, and anyExtendedKeyUsage will do. Deduced: SHA-1
// is taken, because what refused it was the browsers ("Windows Enforcement of
// SHA1 Certificates"). Not known, and taken as not checked: the key usage of the
// leaf, and whether name constraints bind a common name.
func Schannel() Rules {
	return Rules{MinRSABits: 1024, AnchorsExpire: true, ServerAuth: true, NestedUsage: true}
}
