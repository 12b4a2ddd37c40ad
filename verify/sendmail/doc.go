// Package sendmail judges as sendmail 8.17 does, as Debian 12 builds it: the tag
// TLS_Srv of its access map.
//
// Without an entry TLS is opportunistic, but not after the 220: where STARTTLS is not
// offered, or refused, the mail goes in clear text on the same connection, and where
// the handshake fails it stays queued. ENCR:112 demands TLS, VERIFY a valid chain as
// well. A valid chain names nobody, so that such a host is no verified one; only
// VERIFY+CN compares a name, the common name with that of the MX host, and looks at
// no other.
//
// What is peculiar to it: it goes from host to host, not from address to address,
// and the last one decides: a greeting of 554 there bounces what the first would
// have taken a little later.
//
// Every rule stands in rules.go with its source and certainty. Nearly all were
// seen in the running product.
package sendmail
