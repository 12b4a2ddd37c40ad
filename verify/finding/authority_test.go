package finding_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An authority issues certificates for tests: a root, and one below it.
type ca struct {
	key       crypto.Signer
	root, sub *x509.Certificate
}

var made = sync.OnceValues(func() (*ca, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &ca{key: key}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	if a.root, err = a.sign(root, root, key.Public()); err != nil {
		return nil, err
	}
	sub := *root
	sub.SerialNumber, sub.Subject = big.NewInt(2), pkix.Name{CommonName: "sub"}
	a.sub, err = a.sign(&sub, a.root, key.Public())
	return a, err
})

func authority(t *testing.T) *ca {
	t.Helper()
	a, err := made()
	require.NoError(t, err)
	return a
}

func (a *ca) sign(c, by *x509.Certificate, key crypto.PublicKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, c, by, key, a.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func (a *ca) roots() []*x509.Certificate { return []*x509.Certificate{a.root} }

// leaf issues a host's certificate for mx.example.com, changed as told.
func (a *ca) leaf(t *testing.T, change func(*x509.Certificate)) []byte {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(3), NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 3, 0), DNSNames: []string{"mx.example.com"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if change != nil {
		change(c)
	}
	signed, err := a.sign(c, a.sub, a.key.Public())
	require.NoError(t, err)
	return signed.Raw
}
