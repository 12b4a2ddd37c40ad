package exim

import (
	"time"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// Staple gives what GnuTLS minds in the OCSP answer that a host sends along, or in
// its lack, of a certificate whose issuer is known (RFC 6066 section 8, RFC 7633).
func Staple(shown *verify.TLS, path *pkix.Path, now time.Time) []pkix.Fault {
	if len(path.Certs) < 2 || verify.PathFaults(path, verify.PathTrust) != "" {
		return nil
	}
	offline := []pkix.Fault{{Kind: pkix.RevocationOffline}}
	demanded := pkix.MustStaple(path.Leaf)
	if len(shown.Staple) == 0 {
		if demanded {
			return offline
		}
		return nil
	}
	switch s := pkix.OCSPStatus(shown.Staple, path.Certs[0], path.Certs[1], now); {
	case s.State == pkix.StateRevoked:
		return []pkix.Fault{{Kind: pkix.Revoked}}
	case s.State == pkix.StateGood, s.Doubt == pkix.DoubtUnknown:
		return nil
	case (s.Doubt == pkix.DoubtTryLater || s.Doubt == pkix.DoubtError) && !demanded:
		return nil
	}
	return offline
}
