package verify

import "mxlab/verify/pkix"

// A PathClass is a kind of fault that a sender reports alike.
type PathClass int

// The classes, in the order in which a reason takes them.
const (
	PathTrust PathClass = iota // no way to a trust anchor
	PathDates                  // expired, not yet valid
	PathRevoked
	PathOffline // a certificate of which nobody tells whether it is revoked
	PathUsage   // a valid path that is not fit for the purpose
)

// classOf sorts the fault kinds into classes.
func classOf(k pkix.Kind) PathClass {
	switch k {
	case pkix.Expired, pkix.NotYetValid:
		return PathDates
	case pkix.Revoked:
		return PathRevoked
	case pkix.RevocationOffline:
		return PathOffline
	case pkix.Usage, pkix.WeakKey, pkix.WeakSignature, pkix.CriticalExtension:
		return PathUsage
	}
	return PathTrust
}

// PathReason gives the reason for which a path with faults is refused: the
// first of not trusted, dates, revoked, usage; among equals the fault nearest
// the leaf. It must not be called on a path without faults.
func PathReason(p *pkix.Path) (Reason, Detail) {
	worst := p.Faults[0]
	for _, f := range p.Faults[1:] {
		if classOf(f.Kind) < classOf(worst.Kind) {
			worst = f
		}
	}
	switch {
	case classOf(worst.Kind) == PathTrust:
		return CertificateNotTrusted, Detail(worst.Kind)
	case worst.Kind == pkix.Expired:
		return CertificateExpired, ""
	}
	return ValidationFailure, Detail(worst.Kind)
}

// PathFaults gives the words of a path's faults of one class, nearest the leaf
// first, separated by commas; empty if there is none.
func PathFaults(p *pkix.Path, c PathClass) string {
	words := ""
	for _, f := range p.Faults {
		if classOf(f.Kind) != c {
			continue
		}
		if words != "" {
			words += ", "
		}
		words += string(f.Kind)
	}
	return words
}
