package netns

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mxlab/pki"
	"mxlab/scenarios/world"
)

// install puts certificates where programs look for them.
func (t *tree) install(w *world.World) error {
	roots := w.Roots()
	text := string(pki.TrustPEM(roots))
	for _, path := range t.bundles {
		if err := write(path, text); err != nil {
			return err
		}
	}
	for _, root := range roots {
		if err := hashed(root); err != nil {
			return err
		}
	}
	if err := known(w.Known()); err != nil {
		return err
	}
	own := w.SenderCertificate()
	if own == nil {
		return nil
	}
	chain, key, err := own.PEM()
	if err != nil {
		return err
	}
	if err := write(SenderChain, string(chain)); err != nil {
		return err
	}
	return write(SenderKey, string(key))
}

// known writes the certificates that the sender knows.
func known(list [][]byte) error {
	if len(list) == 0 {
		return nil
	}
	var text []byte
	for _, der := range list {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return write(Known, string(text))
}

// hashed writes an authority where OpenSSL finds it by its name.
func hashed(root *x509.Certificate) error {
	hash, err := subjectHash(root)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		path := filepath.Join(bundleHash, fmt.Sprintf("%s.%d", hash, n))
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return write(path, string(pki.TrustPEM([]*x509.Certificate{root})))
		}
	}
}
