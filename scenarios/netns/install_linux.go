package netns

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

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
		path, err := hashed(root)
		if err != nil {
			return err
		}
		t.hashed = append(t.hashed, path)
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

// remove takes away what install has put there.
func (t *tree) remove() error {
	for _, path := range append(slices.Concat(t.bundles, t.hashed), Known, SenderChain, SenderKey) {
		for _, jail := range jails() {
			if err := os.Remove(jail + path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	t.hashed = nil
	return nil
}

// hashed writes an authority where OpenSSL finds it by its name, and gives the path.
func hashed(root *x509.Certificate) (string, error) {
	hash, err := subjectHash(root)
	if err != nil {
		return "", err
	}
	for n := 0; ; n++ {
		path := filepath.Join(bundleHash, fmt.Sprintf("%s.%d", hash, n))
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return path, write(path, string(pki.TrustPEM([]*x509.Certificate{root})))
		}
	}
}
