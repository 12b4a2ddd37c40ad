package verify

import (
	"fmt"
	"time"

	"mxlab/verify/pkix"
)

// RevocationRules say how a sender finds out whether the certificates of a path
// are revoked, as data. The zero rules ask nobody, and find every certificate
// undetermined.
type RevocationRules struct {
	Staple     bool          // an OCSP response that came with the handshake counts, for the leaf (RFC 6066 section 8)
	OCSP       bool          // the responders that a certificate names are asked
	CRL        bool          // the lists that a certificate names are fetched, if no responder told
	MustStaple bool          // a leaf that demands a staple and came without one fails (RFC 7633 section 4.2.3.1)
	LeafOnly   bool          // the issuers are not looked at
	Soft       bool          // a certificate that stays undetermined passes
	Within     time.Duration // how long all fetches for one path may take; zero for any time
}

// CryptoAPI gives the rules of Windows with an application that fails where
// revocation is offline: a staple, then the responders, then the lists, of every
// certificate below the root. Source: Microsoft Learn, "Crypt32 certificate
// revocation list (CRL) semantics" for the order, ee619754 for all certificates,
// wincrypt.h, CERT_CHAIN_REV_ACCUMULATIVE_URL_RETRIEVAL_TIMEOUT_MILLISECONDS_DEFAULT
// for the time, which holds where the application asks for an accumulated one.
// Not modelled: beyond 50 responses of one issuer in its cache Windows goes to
// the lists first, and lists may be fetched before they are needed.
func CryptoAPI() RevocationRules {
	return RevocationRules{Staple: true, OCSP: true, CRL: true, Within: 20 * time.Second}
}

// A Revocation is what was found out about the certificates of one path.
type Revocation struct {
	Path  *pkix.Path // with the faults Revoked and RevocationOffline, where there are any
	Found []Finding  // in the order in which the sender looks: from the root down
}

// A Finding is what one source told about one certificate.
type Finding struct {
	Depth  int         // which certificate of the path; 0 is the leaf
	From   Informant   // which kind of source; empty if the certificate names none that counts
	URL    string      // where it was fetched; empty for a staple
	Status pkix.Status // undetermined also where nothing came
	Why    string      // what came instead, in fixed words: "silent", "status 503", "stale"
}

// An Informant is a kind of source of revocation data.
type Informant string

// The kinds.
const (
	FromStaple Informant = "staple"
	FromOCSP   Informant = "OCSP"
	FromCRL    Informant = "CRL"
)

// The words for what came, beside the faults of a fetch and the doubts of pkix.
const (
	noSource = "it names no source"
	noStaple = "it demands a staple, and none came"
	noTime   = "no time is left"
)

// Revocation finds out whether the certificates of a path are revoked, as far as
// it is known, and returns the needs for the rest; the result is then
// incomplete. shown is what the handshake showed; it may be nil. A path that
// does not hold is not looked at: Windows checks revocation of a chain that ends
// in a trusted root (ee619754), and elsewhere the reason is another anyway.
//
// A certificate is known by the first source that tells that it is good or
// revoked. All that is lacking is asked for at once for different certificates,
// and one after another for the sources of one.
func (ev Evidence) Revocation(shown *TLS, path *pkix.Path, rules RevocationRules) (Revocation, []Need) {
	in := inquiry{ev: ev, path: path, left: rules.Within, bounded: rules.Within > 0}
	if PathFaults(path, PathTrust) != "" {
		return Revocation{Path: path}, nil
	}
	var faults []pkix.Fault
	for depth := len(path.Certs) - 2; depth >= 0; depth-- {
		if rules.LeafOnly && depth > 0 {
			continue
		}
		var staple []byte
		if depth == 0 && shown != nil {
			staple = shown.Staple
		}
		if depth == 0 && rules.MustStaple && len(staple) == 0 && pkix.MustStaple(path.Leaf) {
			in.note(Finding{From: FromStaple, Status: undetermined, Why: noStaple})
			faults = append(faults, pkix.Fault{Kind: pkix.RevocationOffline})
			continue
		}
		switch state := in.certificate(depth, staple, rules); {
		case state == pkix.StateRevoked:
			faults = append(faults, pkix.Fault{Kind: pkix.Revoked, Depth: depth})
		case state == pkix.StateUndetermined && !rules.Soft:
			faults = append(faults, pkix.Fault{Kind: pkix.RevocationOffline, Depth: depth})
		}
	}
	r := Revocation{Path: path, Found: in.found}
	if len(in.needs) == 0 && len(faults) > 0 {
		r.Path = path.With(faults...)
	}
	return r, in.needs
}

// Checks gives the findings as checks of a rule.
func (r Revocation) Checks(rule *Rule) []Check {
	var list []Check
	for _, f := range r.Found {
		c := Check{Rule: rule, Subject: fmt.Sprintf("certificate %d", f.Depth), Result: Skipped, Why: f.Why}
		switch f.Status.State {
		case pkix.StateGood:
			c.Result = Passed
		case pkix.StateRevoked:
			c.Result = Failed
		}
		if f.From != "" {
			c.Subject += ", " + string(f.From)
		}
		if f.URL != "" {
			c.Subject += " " + f.URL
		}
		list = append(list, c)
	}
	return list
}
