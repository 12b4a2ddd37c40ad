// Package pki makes the certificates of a lab, each from one line of words.
//
// A certificate is trusted when a path leads from it, over the certificates
// that the host sends, to a root that the sender already has (RFC 5280
// section 6). So a test needs little more than a way to say which names a
// certificate holds, who signed it, when it is valid, and what the host sends
// along. That is what a line says:
//
//	CN=*.emailhosted.not SAN=*.emailhosted.not,emailhosted.not issuer=public
//
// The words of a line stand in any order, separated by blanks. A value with a
// blank in it is quoted, with the escapes of Go: CN="a b".
//
//	CN=TEXT          the common name of the subject, any text
//	SAN=NAME,...     subjectAltName entries of type dNSName, exactly as written
//	issuer=public    signed by a hierarchy that the sender trusts; the default
//	issuer=private   signed by one that it does not trust
//	issuer=LABEL     signed by the authority of another line
//	ca               the line is an authority; of a hierarchy it is then the
//	                 root that signs, not the issuing authority
//	self-signed      signed by its own key
//	from= until=     the validity, relative to the lab's time: -90d, +1y, 12h;
//	                 m is a minute, y is 365 days. Without these words: -30d to
//	                 +335d, and for an authority -5y to +5y
//	send=leaf,...    what the host sends: leaf first, then labels, or the words
//	                 issuer and root. The default is the path without its root
//	key=p256         the kind of key; or key=rsa2048
//	eku=clientAuth   the extended key usage; the default is serverAuth,clientAuth
//
// [ParseLine] reads a line. A [Lab] holds the lines of one world under labels,
// and issues from them at one fixed time. The authorities behind issuer=public
// and issuer=private are a root and an issuing authority each, and say in
// their names that they are a lab's.
//
// Nothing is random. A key follows from its label; a serial number from the
// issuer, the label, the line and the time; ECDSA signatures are those of
// RFC 6979. The same line, label and time give the same bytes, on every
// machine and in every order. The keys are therefore public: nothing outside a
// test may trust them. RSA keys come from a pool of four, so that two labels
// may have the same one.
//
// Every certificate is issued through cfssl's local signer. Its request
// carries the subject and the key only. All names go in as a raw extension,
// because cfssl guesses the type of a name from its looks, and would make a
// URI of "*". Nothing that a line can say today is refused by cfssl; what it
// will refuse will be made by crypto/x509 in a file of its own.
//
// What this package never does: read a clock, open a file or a socket, judge
// a certificate.
package pki
