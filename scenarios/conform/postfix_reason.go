package conform

import (
	"regexp"
	"slices"
	"strings"

	"mxlab/verify"
)

// A telling is a pattern of a product's words, and the reason that they tell.
type telling struct {
	words  *regexp.Regexp
	reason verify.Reason
}

// told gives the reason of the first telling that fits.
func told(list []telling, text string) verify.Reason {
	for _, t := range list {
		if t.words.MatchString(text) {
			return t.reason
		}
	}
	return ""
}

// What smtp(8) writes behind status=.
var postfixTold = []telling{
	{regexp.MustCompile(`does not accept mail \(nullMX\)`), verify.NullMX},
	{regexp.MustCompile(`Name service error for name=\S+ type=\S+: Host not found(, try again)?\b.*try again`), verify.DNSFailure},
	{regexp.MustCompile(`TLS is required, but`), verify.STARTTLSNotSupported},
	{regexp.MustCompile(`Cannot start TLS: handshake failure`), verify.ValidationFailure},
	{regexp.MustCompile(`refused to talk to me`), verify.GreetingRefused},
	{regexp.MustCompile(`^\(host \S+ said:`), verify.SMTPRefused},
	{regexp.MustCompile(`Connection refused|Connection reset by peer|Connection timed out|No route to host|lost connection with|timed out while|Network is unreachable`), verify.Unreachable},
}

// What it writes about a certificate that does not hold.
var postfixUnverified = []telling{
	{regexp.MustCompile(`certificate verification failed for \S+: (self-signed certificate|untrusted issuer|not trusted by)`), verify.CertificateNotTrusted},
	{regexp.MustCompile(`certificate verification failed for \S+: certificate has expired`), verify.CertificateExpired},
	{regexp.MustCompile(`certificate verification failed for \S+: num=62:hostname mismatch`), verify.CertificateHostMismatch},
	{regexp.MustCompile(`certificate verification failed for \S+:`), verify.ValidationFailure},
}

// postfixReason gives the reason of a failure; none where the words do not tell.
func postfixReason(status string, said []string) verify.Reason {
	if r := told(postfixTold, status); r != "" {
		if r == verify.Unreachable && slices.ContainsFunc(said, func(line string) bool { return strings.Contains(line, " TLS connection established to ") }) {
			return "" // a host may answer a client's certificate by an alert, or be lost
		}
		return r
	}
	if !regexp.MustCompile(`Server certificate not (verified|trusted)`).MatchString(status) {
		return ""
	}
	for i := len(said) - 1; i >= 0; i-- {
		if r := told(postfixUnverified, said[i]); r != "" {
			return r
		}
	}
	return verify.CertificateHostMismatch
}
