package conform

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// certificates reads PEM. What cannot be parsed is kept as its DER alone.
func certificates(text []byte) (all []*x509.Certificate, err error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return all, nil
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("a %s where certificates were expected", block.Type)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			c = &x509.Certificate{Raw: block.Bytes}
		}
		all = append(all, c)
	}
}
