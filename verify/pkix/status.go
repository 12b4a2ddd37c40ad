package pkix

import "time"

// A Status is what one CRL or one OCSP response says of one certificate.
type Status struct {
	State  State
	Doubt  Doubt     // why the state is undetermined; else empty
	At     time.Time // since when the certificate is revoked
	Reason string    // of the revocation, a word of RFC 5280 section 5.3.1: "keyCompromise"; empty if none is given
	Until  time.Time // before this the answer may be used again; zero if not at all
}

// A State is one of three: RFC 5280 section 6.3.3 and RFC 6960 section 2.2. The
// zero State is none of them.
type State string

// The states.
const (
	StateGood         State = "good"         // not revoked
	StateRevoked      State = "revoked"      // also on hold
	StateUndetermined State = "undetermined" // this answer does not tell
)

// A Doubt says why an answer does not tell whether a certificate is revoked: a
// closed list.
type Doubt string

// The doubts. Those behind the first six are of OCSP alone.
const (
	DoubtUnparsable  Doubt = "unparsable"     // neither a CRL nor an OCSP response
	DoubtIssuer      Doubt = "other-issuer"   // a CRL of another issuer (RFC 5280 section 6.3.3(b)), or not for this certificate by its issuingDistributionPoint
	DoubtUnsupported Doubt = "unsupported"    // a delta or an indirect CRL, one for some reasons only, or one with an unknown critical extension
	DoubtSignature   Doubt = "bad-signature"  // RFC 5280 section 6.3.3(g), RFC 6960 section 3.2
	DoubtEarly       Doubt = "not-yet-valid"  // thisUpdate is in the future
	DoubtStale       Doubt = "stale"          // nextUpdate has passed (RFC 5280 section 6.3.3(a), RFC 6960 section 4.2.2.1)
	DoubtSigner      Doubt = "wrong-signer"   // who signed may not (RFC 6960 section 4.2.2.2); a CRL: RFC 5280 section 6.3.3(f)
	DoubtCertificate Doubt = "other-serial"   // no single response has the certID that was asked for
	DoubtUnknown     Doubt = "unknown"        // the responder does not know the certificate
	DoubtTryLater    Doubt = "try-later"      // RFC 6960 section 2.3
	DoubtError       Doubt = "error-response" // any other error of RFC 6960 section 2.3
)

// Doubts lists the closed set.
func Doubts() []Doubt {
	return []Doubt{DoubtUnparsable, DoubtIssuer, DoubtUnsupported, DoubtSignature, DoubtEarly, DoubtStale,
		DoubtSigner, DoubtCertificate, DoubtUnknown, DoubtTryLater, DoubtError}
}

func doubtful(d Doubt) Status { return Status{State: StateUndetermined, Doubt: d} }

// reasonWord names a reason code. Number 7 is not used.
func reasonWord(code int) string {
	words := [...]string{"", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
		"certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise"}
	if code < 0 || code >= len(words) {
		return ""
	}
	return words[code]
}

// removeFromCRL is the reason that makes an entry none: RFC 5280 section 5.3.1.
const removeFromCRL = 8

// forever is RFC 5280's own word for a time that is not bounded (section
// 4.1.2.5).
func forever() time.Time { return time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC) }
