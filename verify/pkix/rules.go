package pkix

// Rules say how a TLS library judges a path, as data. They are comparable, so
// that a path is built once for all senders whose library judges alike. The
// zero Rules are RFC 5280's, with a trust anchor's own dates ignored.
type Rules struct {
	MinRSABits    int  // shorter RSA keys are a WeakKey; 0 allows any
	RefuseSHA1    bool // SHA-1 signatures are a WeakSignature; MD5 always is
	AnchorsExpire bool // the dates of the trust anchor count (RFC 5280 section 6.2 leaves it open)
	PartialChains bool // an anchor need not be self-signed
	ServerAuth    bool // an extended key usage, where present, must allow serverAuth
	NestedUsage   bool // also in every issuer, as crypto/x509 and OpenSSL do
	ConstrainCN   bool // the common name of a leaf without a dNSName is under name constraints too
}

// OpenSSL gives the rules of OpenSSL 3 at security level 1 or 2 with its
// server purpose.
func OpenSSL(level int) Rules {
	r := Rules{AnchorsExpire: true, ServerAuth: true, NestedUsage: true}
	switch {
	case level >= 2:
		r.MinRSABits, r.RefuseSHA1 = 2048, true
	case level == 1:
		r.MinRSABits, r.RefuseSHA1 = 1024, true
	}
	return r
}
