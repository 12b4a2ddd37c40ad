package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"sync"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// A madeList is kept, because it is fetched again and again and may be large.
type madeList struct {
	this  time.Time
	lines int // how many the lab had
	once  sync.Once
	der   []byte
	err   error
}

// listed gives the list of an authority as of a time. The last one of each line
// is kept.
func (l *Lab) listed(p Publication, by, signs *line, this, next time.Time) ([]byte, error) {
	l.mu.Lock()
	made := l.lists[joined(p.Words)]
	if made == nil || !made.this.Equal(this) || made.lines != len(l.lines) {
		made = &madeList{this: this, lines: len(l.lines)}
		l.lists[joined(p.Words)] = made
	}
	l.mu.Unlock()
	made.once.Do(func() { made.der, made.err = l.list(p, by, signs, this, next) })
	return made.der, made.err
}

// list makes a list through crypto/x509. cfssl's own writer of lists takes
// thisUpdate from the wall clock, and knows no CRL number, which RFC 5280
// section 5.2.3 demands.
func (l *Lab) list(p Publication, by, signs *line, this, next time.Time) ([]byte, error) {
	if err := l.make(by); err != nil {
		return nil, err
	}
	if err := l.make(signs); err != nil {
		return nil, err
	}
	issuer, err := by.authority()
	if err != nil {
		return nil, err
	}
	// crypto/x509 would refuse an authority without cRLSign. That is for whoever
	// reads the list to notice.
	issuer.KeyUsage = x509.KeyUsageCRLSign
	list := &x509.RevocationList{
		SignatureAlgorithm: Hash("").algorithm(signs.keyOf.spec.Key),
		ThisUpdate:         this,
		NextUpdate:         next,
		Number:             big.NewInt(this.Unix()), // RFC 5280 section 5.2.3: it rises from list to list
	}
	for _, c := range l.issued(by) {
		if about := map[bool]string{true: "ca", false: "user"}[c.spec.CA]; p.Only != "" && p.Only != about {
			continue
		}
		if when := moment(l.now.Add(c.spec.RevokedAt)); c.spec.Revoked && !when.After(this) {
			list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
				x509.RevocationListEntry{SerialNumber: l.serial(by, c), RevocationTime: when})
		}
	}
	list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, padding(p.Size, this)...)
	if p.Only != "" {
		ext, err := distributionPoint(p.Only)
		if err != nil {
			return nil, err
		}
		list.ExtraExtensions = []pkix.Extension{ext}
	}
	der, err := x509.CreateRevocationList(nil, list, issuer, repeatable{signs.key})
	if err != nil {
		return nil, fmt.Errorf("sign the list: %w", err)
	}
	return der, nil
}

// padding gives revoked serial numbers that nobody has, until they make up so
// many octets. Each has an extension of four thousand octets, so that a large
// list is quickly made and read.
func padding(size int, when time.Time) []x509.RevocationListEntry {
	const filling = 4000
	entries := make([]x509.RevocationListEntry, (size+filling-1)/filling)
	number := make([]byte, 20)
	number[0] = 0x7f // newSerial begins so only by chance, and then differs in the rest
	for i := range entries {
		for k := range 4 {
			number[len(number)-1-k] = byte(i >> (8 * k))
		}
		entries[i] = x509.RevocationListEntry{SerialNumber: new(big.Int).SetBytes(number), RevocationTime: when,
			ExtraExtensions: []pkix.Extension{{Id: oidUnknown, Value: make([]byte, filling)}}}
	}
	return entries
}

// distributionPoint says that a list is about certain certificates only (RFC
// 5280 section 5.2.5).
func distributionPoint(only string) (pkix.Extension, error) {
	tag := map[string]uint8{"user": 1, "ca": 2}[only]
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { tagged(b, tag, []byte{0xff}) })
	der, err := b.Bytes()
	if err != nil {
		return pkix.Extension{}, fmt.Errorf("encode the issuing distribution point: %w", err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: der}, nil
}
