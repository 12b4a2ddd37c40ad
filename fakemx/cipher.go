package fakemx

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"mxlab/internal/nearest"
)

// ciphers lists the suites of TLS 1.0 to 1.2 that crypto/tls has. It lets
// nobody choose among those of TLS 1.3.
func ciphers() []*tls.CipherSuite {
	return slices.DeleteFunc(slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()), func(c *tls.CipherSuite) bool {
		return !slices.Contains(c.SupportedVersions, tls.VersionTLS12)
	})
}

func parseCipher(name string) (uint16, error) {
	var names []string
	for _, c := range ciphers() {
		if c.Name == name {
			return c.ID, nil
		}
		names = append(names, c.Name)
	}
	if meant := nearest.Word(name, names...); meant != "" {
		return 0, fmt.Errorf("unknown cipher suite %q: did you mean %s?", name, meant)
	}
	return 0, fmt.Errorf("unknown cipher suite %.60q: write an IANA name of TLS 1.0 to 1.2, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", name)
}

// curves lists the groups of crypto/tls under the names of a host line.
func curves() []struct {
	name string
	id   tls.CurveID
} {
	return []struct {
		name string
		id   tls.CurveID
	}{{"x25519", tls.X25519}, {"p256", tls.CurveP256}, {"p384", tls.CurveP384}, {"p521", tls.CurveP521}, {"x25519mlkem768", tls.X25519MLKEM768}}
}

func curveName(id tls.CurveID) string {
	for _, c := range curves() {
		if c.id == id {
			return c.name
		}
	}
	return fmt.Sprintf("%#04x", uint16(id))
}

func parseCurve(name string) (tls.CurveID, error) {
	var names []string
	for _, c := range curves() {
		if c.name == name {
			return c.id, nil
		}
		names = append(names, c.name)
	}
	return 0, fmt.Errorf("unknown group %.40q: write one of %s", name, strings.Join(names, ", "))
}
