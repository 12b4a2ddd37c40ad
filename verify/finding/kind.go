package finding

import "slices"

// A Kind is one thing that a receiver test can find.
type Kind struct {
	ID       string // "certificate-expired"; unique, and stays as it is
	Severity Severity
	Text     string // what was found, in a clause
	Cure     string // what to do, beginning with the end at which: "recipient's end: ..."
}

// Lookup gives the kind of an id; nil if there is none.
func Lookup(id string) *Kind {
	if i := slices.IndexFunc(Kinds(), func(k *Kind) bool { return k.ID == id }); i >= 0 {
		return Kinds()[i]
	}
	return nil
}

// Kinds lists the closed set, in the order of a test: the DNS, the session,
// STARTTLS, TLS, the certificate, the reverse name.
func Kinds() []*Kind {
	return slices.Concat(dnsKinds(), sessionKinds(), starttlsKinds(), tlsKinds(), certificateKinds(), reverseKinds())
}
