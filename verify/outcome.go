package verify

import "slices"

// An Outcome says what became of the message.
type Outcome string

// The six outcomes.
const (
	Verified  Outcome = "verified"  // sent over TLS to an authenticated peer
	Encrypted Outcome = "encrypted" // sent over TLS; not authenticated, or authentication failed and was tolerated
	Cleartext Outcome = "cleartext" // sent without TLS
	Deferred  Outcome = "deferred"  // not sent; stays in the queue
	Bounced   Outcome = "bounced"   // not sent; returned to its sender
	Diverted  Outcome = "diverted"  // handed to the sender's secure portal instead of SMTP
)

// Outcomes lists the closed set, best first.
func Outcomes() []Outcome {
	return []Outcome{Verified, Encrypted, Cleartext, Deferred, Bounced, Diverted}
}

// Sent reports whether the message went to the host by SMTP.
func (o Outcome) Sent() bool { return slices.Index(Outcomes(), o) <= 2 && o != "" }

// A Reason says why a delivery failed, or which failure was tolerated. Before
// TLS the words are ours; from STARTTLS on they are the result types of
// RFC 8460 section 4.3, in the registry's sense for every product.
type Reason string

// The reasons before TLS.
const (
	DNSNXDomain     Reason = "dns-nxdomain"     // the name does not exist
	DNSFailure      Reason = "dns-failure"      // SERVFAIL, REFUSED, time-out, an answer that cannot be read
	NullMX          Reason = "null-mx"          // RFC 7505: the domain takes no mail
	Unreachable     Reason = "unreachable"      // no connection, or it was lost in the clear
	GreetingRefused Reason = "greeting-refused" // the greeting was not 220
	SMTPRefused     Reason = "smtp-refused"     // EHLO, MAIL, RCPT, DATA or the final dot was refused
)

// The reasons from TLS on: RFC 8460 section 4.3.1.
const (
	STARTTLSNotSupported    Reason = "starttls-not-supported"
	CertificateHostMismatch Reason = "certificate-host-mismatch"
	CertificateExpired      Reason = "certificate-expired"
	CertificateNotTrusted   Reason = "certificate-not-trusted"
	ValidationFailure       Reason = "validation-failure"
)

// TLS reports whether it was TLS that failed, or could not begin.
func (r Reason) TLS() bool {
	return slices.Index(Reasons(), r) >= slices.Index(Reasons(), STARTTLSNotSupported)
}

// Reasons lists the closed set, those before TLS first.
func Reasons() []Reason {
	return []Reason{DNSNXDomain, DNSFailure, NullMX, Unreachable, GreetingRefused, SMTPRefused,
		STARTTLSNotSupported, CertificateHostMismatch, CertificateExpired, CertificateNotTrusted, ValidationFailure}
}

// A Detail is the one word that follows a reason where the reason has several
// causes: starttls-not-supported refused. The fault kinds of verify/pkix and
// the causes of a failed handshake are details too.
type Detail string

// The detail of certificate-not-trusted where no authority is asked for.
const NotKnown Detail = "not-known" // it is none of the certificates that the sender knows

// The details of starttls-not-supported.
const (
	NotOffered Detail = "not-offered" // no STARTTLS line in the EHLO reply
	Refused    Detail = "refused"     // STARTTLS was answered with 4xx or 5xx
)
