package probe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/binary"
	"hash"

	"golang.org/x/crypto/chacha20poly1305"
)

// An opener decrypts the records that a TLS 1.3 server sends in a handshake,
// from the first on.
type opener struct {
	aead cipher.AEAD
	iv   []byte
	seq  uint64
}

// newOpener makes the opener for a traffic secret, or nil for a suite that TLS
// 1.3 does not have.
func newOpener(suite uint16, secret []byte) *opener {
	newHash, size, newAEAD := sha256.New, 16, newGCM
	switch suite {
	case tls.TLS_AES_128_GCM_SHA256:
	case tls.TLS_AES_256_GCM_SHA384:
		newHash, size = sha512.New384, 32
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		size, newAEAD = chacha20poly1305.KeySize, chacha20poly1305.New
	default:
		return nil
	}
	key, err := expandLabel(newHash, secret, "key", size)
	if err != nil {
		return nil
	}
	iv, err := expandLabel(newHash, secret, "iv", 12)
	if err != nil {
		return nil
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil
	}
	return &opener{aead: aead, iv: iv}
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// expandLabel is HKDF-Expand-Label with an empty context, RFC 8446 section 7.1.
func expandLabel(h func() hash.Hash, secret []byte, label string, size int) ([]byte, error) {
	label = "tls13 " + label
	info := append([]byte{0, byte(size), byte(len(label))}, label...)
	return hkdf.Expand(h, secret, string(append(info, 0)), size)
}

// open decrypts one record and gives its true type and content: RFC 8446
// section 5.2; the nonce is section 5.3's.
func (o *opener) open(body []byte) (typ byte, content []byte, ok bool) {
	nonce := make([]byte, len(o.iv))
	binary.BigEndian.PutUint64(nonce[len(nonce)-8:], o.seq)
	for i := range nonce {
		nonce[i] ^= o.iv[i]
	}
	o.seq++
	header := binary.BigEndian.AppendUint16([]byte{recordApplication, 3, 3}, uint16(len(body)))
	plain, err := o.aead.Open(nil, nonce, body, header)
	if err != nil {
		return 0, nil, false
	}
	for n := len(plain) - 1; n >= 0; n-- {
		if plain[n] != 0 {
			return plain[n], plain[:n], true
		}
	}
	return 0, nil, false
}
