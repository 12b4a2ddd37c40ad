package probe

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"iter"

	"mxlab/verify"
)

// The record and handshake types that matter here (RFC 8446 sections 5.1, 4).
const (
	recordAlert       = 21
	recordHandshake   = 22
	recordApplication = 23

	handshakeServerHello = 2
	handshakeCertificate = 11
)

// rawChain finds the certificates in what a server sent during a handshake that
// our library refused to complete: crypto/tls parses every certificate at once
// and tells nothing if one is broken. It gives nil unless there is a chain
// that crypto/tls cannot digest, so that a handshake that failed for another
// reason never looks like one that showed a chain. secret is the server's
// handshake traffic secret of TLS 1.3; nil in the versions before, where the
// message is in the clear.
func rawChain(read, secret []byte) *verify.TLS {
	var shown verify.TLS
	var opener *opener
	var messages []byte
	for typ, body := range records(read) {
		if typ == recordApplication && opener != nil {
			var ok bool
			if typ, body, ok = opener.open(body); !ok {
				return nil
			}
		}
		if typ != recordHandshake {
			continue
		}
		messages = append(messages, body...)
		for len(messages) >= 4 {
			typ, size := messages[0], int(messages[1])<<16|int(messages[2])<<8|int(messages[3])
			if len(messages) < 4+size {
				break
			}
			message := messages[4 : 4+size]
			messages = messages[4+size:]
			switch typ {
			case handshakeServerHello:
				var ok bool
				if shown.Version, shown.Cipher, ok = parseServerHello(message); !ok {
					return nil
				}
				if shown.Version >= tls.VersionTLS13 {
					opener = newOpener(shown.Cipher, secret)
				}
			case handshakeCertificate:
				var ok bool
				if shown.Chain, ok = parseCertificate(message, shown.Version); !ok || digestible(shown.Chain) {
					return nil
				}
				return &shown
			}
		}
	}
	return nil
}

// digestible tells whether crypto/tls goes on with a chain.
func digestible(chain [][]byte) bool {
	for i, der := range chain {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return false
		}
		switch key := cert.PublicKey.(type) {
		case *rsa.PublicKey:
			if key.N.BitLen() > 8192 {
				return false
			}
		case *ecdsa.PublicKey, ed25519.PublicKey:
		default:
			if i == 0 {
				return false
			}
		}
	}
	return true
}

// records cuts octets into TLS records (RFC 8446 section 5.1), as far as they
// are whole.
func records(b []byte) iter.Seq2[byte, []byte] {
	return func(yield func(byte, []byte) bool) {
		for len(b) >= 5 {
			end := 5 + int(binary.BigEndian.Uint16(b[3:]))
			if len(b) < end || !yield(b[0], b[5:end]) {
				return
			}
			b = b[end:]
		}
	}
}

// parseServerHello reads version and suite: RFC 8446 section 4.1.3, which keeps
// the layout of the versions before.
func parseServerHello(b []byte) (version, cipher uint16, ok bool) {
	const random = 32
	if len(b) < 2+random+1 || len(b) < 2+random+1+int(b[2+random])+3 {
		return 0, 0, false
	}
	version = binary.BigEndian.Uint16(b)
	b = b[2+random+1+int(b[2+random]):]
	cipher, b = binary.BigEndian.Uint16(b), b[3:]
	if len(b) < 2 {
		return version, cipher, true
	}
	for b = b[2:]; len(b) >= 4; {
		typ, size := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if b = b[4:]; len(b) < size {
			return 0, 0, false
		}
		const supportedVersions = 43 // RFC 8446 section 4.2.1: it alone tells TLS 1.3
		if typ == supportedVersions && size == 2 {
			version = binary.BigEndian.Uint16(b)
		}
		b = b[size:]
	}
	return version, cipher, true
}

// parseCertificate reads the list of a Certificate message: RFC 5246 section
// 7.4.2, or RFC 8446 section 4.4.2, where a context stands before the list and
// extensions behind each entry.
func parseCertificate(b []byte, version uint16) (chain [][]byte, ok bool) {
	is13 := version >= tls.VersionTLS13
	if is13 {
		if _, b, ok = vector(b, 1); !ok {
			return nil, false
		}
	}
	list, _, ok := vector(b, 3)
	for ok && len(list) > 0 {
		var cert []byte
		if cert, list, ok = vector(list, 3); ok {
			chain = append(chain, cert)
		}
		if ok && is13 {
			_, list, ok = vector(list, 2)
		}
	}
	return chain, ok && len(chain) > 0
}

// vector cuts off a vector whose length stands in the first n octets.
func vector(b []byte, n int) (body, rest []byte, ok bool) {
	if len(b) < n {
		return nil, nil, false
	}
	size := 0
	for _, c := range b[:n] {
		size = size<<8 | int(c)
	}
	if b = b[n:]; len(b) < size {
		return nil, nil, false
	}
	return b[:size], b[size:], true
}
