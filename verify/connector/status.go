package connector

import (
	"mxlab/verify"
	"mxlab/verify/pkix"
)

// SubjectMismatch is the one status word that was read in a document; the others
// are recalled.
const SubjectMismatch = "SubjectMismatch"

// Status gives the word that Microsoft's transport has for a certificate that
// does not hold; false if it was not the certificate that failed.
func Status(r verify.Reason, d verify.Detail) (word string, ok bool) {
	switch r {
	case verify.CertificateHostMismatch:
		return SubjectMismatch, true
	case verify.CertificateExpired:
		return "CertificateExpired", true
	case verify.CertificateNotTrusted:
		switch pkix.Kind(d) {
		case pkix.SelfSigned, pkix.UnknownCA, pkix.MissingIntermediate:
			return "UntrustedRoot", true
		case pkix.BadSignature:
			return "SignatureFailure", true
		}
		return "InternalChainFailure", true
	case verify.ValidationFailure:
		word, ok = map[pkix.Kind]string{pkix.NotYetValid: "CertificateExpired", pkix.Revoked: "Revoked", pkix.RevocationOffline: "RevocationOffline",
			pkix.Usage: "WrongUsage", pkix.WeakKey: "SignatureFailure", pkix.WeakSignature: "SignatureFailure", pkix.CriticalExtension: "InternalChainFailure"}[pkix.Kind(d)]
	}
	return word, ok
}
