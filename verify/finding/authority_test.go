package finding_test

import (
	"crypto/x509"
	"testing"
	"time"

	"mxlab/internal/testca"
)

// A ca is a root that is trusted, and an authority below it.
type ca struct{ root, sub *testca.Holder }

func authority(t *testing.T) *ca {
	t.Helper()
	root := testca.Root(t, "root")
	return &ca{root, root.Issue(t, "sub", testca.Authority)}
}

// host issues a certificate for mx.example.com, changed as told.
func (a *ca) host(t *testing.T, change func(*x509.Certificate)) *testca.Holder {
	t.Helper()
	return a.sub.Issue(t, "mx.example.com", func(c *x509.Certificate) {
		c.NotAfter = now.AddDate(0, 3, 0)
		c.NotBefore = now.Add(-time.Hour)
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		c.Subject.CommonName = ""
		if change != nil {
			change(c)
		}
	})
}

func (a *ca) leaf(t *testing.T, change func(*x509.Certificate)) []byte { return a.host(t, change).Raw }
