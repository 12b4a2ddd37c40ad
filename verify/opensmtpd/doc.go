// Package opensmtpd judges as OpenSMTPD 6.8 does, as Debian 12 builds it: the tls
// option of its relay actions.
//
// By default TLS is opportunistic: where it is not offered, refused, or fails, the
// mail goes in clear text. With tls it is demanded, and the certificate must hold
// as well; with tls no-verify whatever certificate will do. Under all three the
// certificate is checked, against the certificates of the system and the name of
// the MX host, and the log says whether it held: a message that was sent to such
// a host is verified, also where nothing hung on it.
//
// What is peculiar to it: one host that refused the message for now is the end of
// the queue run, whatever other hosts there are; a host that fails before is left
// for the next. No purpose is asked of a certificate, and no strength. A domain
// with a null MX, or whose hosts have no addresses, is tried again for four days.
//
// Every rule stands in rules.go with its source and certainty. Nearly all were
// seen in the running product.
package opensmtpd
