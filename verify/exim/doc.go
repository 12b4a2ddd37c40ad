// Package exim judges as the smtp transport of Exim 4.96 does, as Debian 12 builds
// it, with GnuTLS.
//
// As it is shipped TLS is opportunistic, and failure is answered by clear text:
// where STARTTLS is refused on the same connection, where the handshake fails on a
// new one. The certificate is checked against the system's authorities and the
// name of the host, and the log says whether it held (CV=yes): a message that was
// sent to such a host is verified, also where nothing hung on it.
//
// What surprises: tls_verify_hosts alone protects nothing. A certificate that does
// not hold ends the handshake, a handshake that fails is answered by clear text,
// and only hosts_require_tls forbids that.
//
// Every rule stands in rules.go with its source and certainty. Nearly all were
// seen in the running product.
package exim
