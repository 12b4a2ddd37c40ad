package verify

// A Result is what came of one check.
type Result string

// The results of a check.
const (
	Passed     Result = "passed"      // the condition held
	Failed     Result = "failed"      // the condition did not hold
	Match      Result = "match"       // the reference identifier is among the presented ones
	NoMatch    Result = "no match"    // it is not
	Skipped    Result = "skipped"     // the sender cannot or does not make this check; Why says why
	NotReached Result = "not reached" // an earlier check had decided
)

// A Kind tells where a reference identifier comes from (RFC 6125 section 6.2).
type Kind string

// The kinds of reference identifiers, as they appear in a Match.
const (
	RefDomain    Kind = "domain"     // the domain of the recipient's address
	RefRoute     Kind = "route"      // the host name of an SMTP route
	RefMX        Kind = "mx"         // a name of the domain's MX records
	RefPTR       Kind = "ptr"        // the reverse name of the address, forward-confirmed
	RefTLSDomain Kind = "tls-domain" // the TlsDomain of a connector of Exchange: a name, or *.NAME for every name below it

	// The certificate itself, which the sender knew beforehand: no name was
	// compared. It is told by a name that it has.
	RefCertificate Kind = "certificate"
)

// MatchKinds lists the closed set.
func MatchKinds() []Kind {
	return []Kind{RefDomain, RefRoute, RefMX, RefPTR, RefTLSDomain, RefCertificate}
}

// A Source tells which names of the certificate were compared.
type Source string

// The sources of presented identifiers (RFC 6125 section 1.8).
const (
	DNSID Source = "SAN" // subjectAltName entries of type dNSName
	CNID  Source = "CN"  // the subject's common name
)

// A Check is one step of a judgement, as data. A check of names has a
// reference identifier, the presented identifiers that it was compared to and
// the one that matched; other checks have only a Subject.
type Check struct {
	Rule      *Rule
	Subject   string   // what was looked at when it was not a name: "STARTTLS", "certificate path"
	Kind      Kind     // of the reference identifier; empty for other checks
	Reference string   // the reference identifier
	From      Source   // which presented identifiers were compared
	Presented []string // these; shared with the certificate, not to be changed
	Matched   string   // the presented identifier that matched
	Result    Result
	Why       string // why it did not match, was skipped, failed: a few fixed words
}
