package pkix_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	verifypkix "mxlab/verify/pkix"
)

// A host shows a certificate that it signed itself, and that has expired. A
// library would name one of the two.
func ExampleBuild() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "mx.example.com"},
		NotBefore:    time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}

	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	path := verifypkix.Build([][]byte{der}, nil, now, verifypkix.OpenSSL(2))
	fmt.Println("valid:", path.OK())
	for _, f := range path.Faults {
		fmt.Println(f.Depth, f.Kind, f.Subject)
	}
	// Output:
	// valid: false
	// 0 self-signed CN=mx.example.com
	// 0 expired CN=mx.example.com
}
