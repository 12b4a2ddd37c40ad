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
//	CN=TEXT          the common name of the subject, any text; repeated, for
//	                 several common names
//	SAN=NAME,...     subjectAltName entries of type dNSName, exactly as written;
//	                 mx{1..100}.example stands for a hundred names
//	SAN-IP=, SAN-email=, SAN-URI=   entries of the other types
//	issuer=public    signed by a hierarchy that the sender trusts; the default
//	issuer=private   signed by one that it does not trust
//	issuer=LABEL     signed by the authority of another line
//	ca               the line is an authority; of a hierarchy it is then the
//	                 root that signs, not the issuing authority
//	self-signed      signed by its own key
//	trusted          beside ca self-signed: a root that the sender has
//	from= until=     the validity, relative to the lab's time: -90d, +1y, 12h;
//	                 m is a minute, y is 365 days. Without these words: -30d to
//	                 +335d, and for an authority -5y to +5y
//	send=leaf,...    what the host sends: leaf first, then labels, or the words
//	                 issuer and root. The default is the path without its root
//	key=p256         the kind of key; or p384, p521, ed25519, rsa1024, rsa2048,
//	                 rsa4096
//	key-of=LABEL     the key of another line: the same authority under another
//	                 issuer, or a renewed certificate
//
// What an authority says of itself, and what makes certificates unfit:
//
//	path-length=0    how many authorities may follow
//	permitted=NAME,... excluded=NAME,...   name constraints: domains, or ranges
//	                 of addresses such as 192.0.2.0/24
//	not-ca           signs others although it is no authority
//	eku=clientAuth   the extended key usage; the default is serverAuth,clientAuth,
//	                 and none for an authority. none leaves it out
//	ku=keyCertSign   the key usage; none leaves it out
//	sig=sha1         the hash of the issuer's signature; or md5, sha256, sha384,
//	                 sha512
//	serial=negative  a serial number below zero; or 0, or long: of 32 octets
//	must-staple      the host must send an OCSP answer (RFC 7633)
//	critical-unknown an extension that is critical, and that nobody knows
//	der=broken       the last octets are missing
//
// Where whoever checks the certificate may ask whether it still holds, and what
// its issuer says then:
//
//	crl=URL,...      where the issuer's list is, in one or several places
//	ocsp=URL,...     where the issuer answers about single certificates
//	aia=URL,...      where the issuer's certificate is
//	revoked=-2d      the issuer revoked it then; revoked alone: a day ago
//	staple=good      the host sends an OCSP answer along, which says good; or
//	                 revoked, unknown, try-later, expired, wrong-signer,
//	                 wrong-certificate (it is about another one), broken
//
// What is fetched from those places has lines of its own, which begin with what
// it is:
//
//	crl issuer=public
//	ocsp issuer=LABEL answers=good signed-by=LABEL
//	certificate of=private root
//
//	issuer= of=      whose it is: public, private, or the label of an authority;
//	                 without the word public
//	root             beside public or private: of the root, not of the authority
//	                 that signs leaves
//	from= until=     thisUpdate and nextUpdate, for something that was made once.
//	                 Without these words it is made anew every day, as of -1d
//	                 and until +6d. until=none: an answer without nextUpdate
//	signed-by=       signed by another: a responder of its own, if its line has
//	                 eku=OCSPSigning and the same issuer, or else the wrong one
//	answers=good     about every certificate; or revoked, unknown, or without
//	                 a signature try-later, unauthorized. Without the word the
//	                 answer is what the certificate's line says
//	only=user        a list that is about no authorities; or ca: about nothing else
//	size=10MB        a list with as many more entries as that takes
//	der=broken       the last octets are missing
//
// A list, or an answer, tells what was revoked up to its thisUpdate.
//
// [ParseLine] and [ParsePublication] read a line. A [Lab] holds the lines of one
// world under labels, and issues from them at one fixed time; a [Certificate]
// gives itself as crypto/tls takes it, in PEM and in PKCS #12; [Lab.Publish]
// gives what is fetched, and [Lab.Staple] what a host sends along. The
// authorities behind issuer=public and issuer=private are a root and an issuing
// authority each, and say in their names that they are a lab's.
//
// Nothing is random, unless it is asked for. A key follows from its label; a serial number from the
// issuer, the label, the line and the time; ECDSA signatures are those of
// RFC 6979. The same line, label and time give the same bytes, on every
// machine and in every order. The keys are therefore public: nothing outside a
// test may trust them. RSA keys come from a pool of four of each size, so that
// two labels may have the same one.
//
// Where other software is asked to trust a lab's roots, as if they were an
// authority's, keys must be nobody else's: a lab made with [Random] has keys and
// serial numbers of its own, and roots whose names warn of them.
//
// Every certificate is issued through cfssl's local signer. Its request
// carries the subject and the key only. All names go in as a raw extension,
// because cfssl guesses the type of a name from its looks, and would make a
// URI of "*". What cfssl refuses, or crypto/x509 below it, is written over what
// it made, and signed again: several common names, MD5 signatures, negative
// serial numbers, and certificates without any usage.
//
// Lists are made by crypto/x509 and answers by x/crypto/ocsp, on which cfssl's
// rest too: its lists have the date of the wall clock and no number, and its
// answers are about certificates only that it can verify.
//
// What this package never does: read a clock, open a file or a socket, judge
// a certificate.
package pki
