// Package postfix judges as the SMTP client of Postfix 3.7 does, smtp(8), under
// each level of smtp_tls_security_level that looks at no DANE: none, may,
// encrypt, fingerprint, verify and secure.
//
// The levels are the parameter's own. What they do is in the TLS_README and in
// postconf(5), and was seen in the running product (3.7.11 of Debian 12, with
// OpenSSL 3.0), where the documents are silent. Where it verifies nothing the
// client asks OpenSSL for security level 0, and elsewhere it has level 1, whatever
// the system's own setting is.
//
// A name is compared as OpenSSL compares it, X509_check_host(3): [Match].
package postfix
