package world_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify/pkix"
)

// A chain is what a host of the catalogue would send, with what its sender
// trusts.
type chain struct {
	name    string // scenario and label
	sent    [][]byte
	anchors []*x509.Certificate
	at      time.Time
}

// chains gives the chain of every certificate of the catalogue that is no
// authority's.
func chains(t *testing.T) (all []chain) {
	for _, s := range catalogue(t) {
		lab := labOf(t, s)
		roots := lab.Roots()
		if s.Sender.Trust != nil {
			var err error
			roots, err = lab.RootsOf(s.Sender.Trust)
			require.NoError(t, err)
		}
		for _, c := range s.Certs {
			if c.Spec.CA {
				continue
			}
			cert, err := lab.Issue(c.Label)
			require.NoError(t, err)
			all = append(all, chain{s.Name + " " + c.Label, cert.Sent, roots, world.Now.Add(s.At)})
		}
	}
	return all
}

func labOf(t *testing.T, s *scenarios.Scenario) *pki.Lab {
	lab := pki.NewLab(world.Now)
	for _, c := range s.Certs {
		require.NoError(t, lab.Add(c.Label, c.Spec))
	}
	return lab
}

func faults(p *pkix.Path) (words []string) {
	for _, f := range p.Faults {
		words = append(words, fmt.Sprintf("%s at %d", f.Kind, f.Depth))
	}
	return words
}

// TestPathsAgreeWithGo: of every chain of the catalogue crypto/x509 says what
// pkix.Build says under its rules. There is no departure.
func TestPathsAgreeWithGo(t *testing.T) {
	t.Parallel()
	valid, all := 0, chains(t)
	for _, c := range all {
		_, err := verifyByGo(c)
		p := pkix.Build(c.sent, c.anchors, c.at, pkix.Go())
		assert.Equal(t, err == nil, p.OK(), "%s: crypto/x509 says %v, Build %v", c.name, err, faults(p))
		if err == nil {
			valid++
		}
	}
	assert.Greater(t, valid, len(all)/4, "valid chains in the catalogue")
	assert.Less(t, valid, len(all)*9/10, "valid chains in the catalogue")
}

func verifyByGo(c chain) ([][]*x509.Certificate, error) {
	leaf, err := x509.ParseCertificate(c.sent[0])
	if err != nil {
		return nil, err
	}
	o := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: c.at}
	for _, a := range c.anchors {
		o.Roots.AddCert(a)
	}
	for _, der := range c.sent[1:] {
		if between, err := x509.ParseCertificate(der); err == nil {
			o.Intermediates.AddCert(between)
		}
	}
	return leaf.Verify(o)
}

// readByOpenSSL lists the chains that OpenSSL takes and Build cannot: it reads
// what crypto/x509 refuses to parse. That is why a judgement that rests on it
// is marked as uncertain.
func readByOpenSSL() map[string]string {
	return map[string]string{
		"chain/serial-number-negative mx": "a negative serial number is a number like any other to OpenSSL",
		"names/idn-u-label mx":            "OpenSSL does not look whether a dNSName is ASCII",
	}
}

// TestPathsAgreeWithOpenSSL: the openssl command says of every chain of the
// catalogue what pkix.Build says under the rules of OpenSSL, but for those that
// are listed.
func TestPathsAgreeWithOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("the openssl command is not here; install the package openssl to compare Build with it")
	}
	if out, err := exec.Command(openssl, "version").Output(); err != nil || !strings.HasPrefix(string(out), "OpenSSL 3.") {
		t.Skipf("%q is not OpenSSL 3; install the package openssl, version 3, to compare Build with it", out)
	}
	departures := readByOpenSSL()
	for _, c := range chains(t) {
		said, ok := verifyByOpenSSL(t, openssl, c)
		p := pkix.Build(c.sent, c.anchors, c.at, pkix.OpenSSL(1))
		if why := departures[c.name]; why != "" {
			delete(departures, c.name)
			assert.True(t, ok, "%s: %s; but openssl says %s", c.name, why, said)
			assert.Equal(t, []string{"unparsable at 0"}, faults(p), c.name)
			continue
		}
		assert.Equal(t, ok, p.OK(), "%s: openssl says %s, Build %v", c.name, said, faults(p))
	}
	assert.Empty(t, departures, "departures that no chain shows")
}

func verifyByOpenSSL(t *testing.T, openssl string, c chain) (string, bool) {
	dir := t.TempDir()
	var anchors [][]byte
	for _, a := range c.anchors {
		anchors = append(anchors, a.Raw)
	}
	args := []string{"verify", "-auth_level", "1", "-purpose", "sslserver", "-attime", fmt.Sprint(c.at.Unix()),
		"-no-CApath", "-no-CAstore", "-no-CAfile", "-trusted", pemFile(t, dir, "anchors", anchors)}
	if len(c.sent) > 1 {
		args = append(args, "-untrusted", pemFile(t, dir, "sent", c.sent[1:]))
	}
	out, err := exec.Command(openssl, append(args, pemFile(t, dir, "leaf", c.sent[:1]))...).CombinedOutput()
	return string(out), err == nil
}

func pemFile(t *testing.T, dir, name string, ders [][]byte) string {
	var text []byte
	for _, der := range ders {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	file := filepath.Join(dir, name+".pem")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return file
}
