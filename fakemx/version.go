package fakemx

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// versionName writes a TLS version as in a host line: 1.2.
func versionName(v uint16) string {
	switch v {
	case tls.VersionTLS10:
		return "1.0"
	case tls.VersionTLS11:
		return "1.1"
	case tls.VersionTLS12:
		return "1.2"
	case tls.VersionTLS13:
		return "1.3"
	}
	return fmt.Sprintf("%#04x", v)
}

func parseVersion(s string) (uint16, error) {
	for _, v := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		if s == versionName(v) {
			return v, nil
		}
	}
	return 0, fmt.Errorf("unknown TLS version %.40q: write 1.0, 1.1, 1.2, 1.3, or ssl3", s)
}

// parseVersions reads 1.2, or 1.0-1.2.
func parseVersions(s string) (min, max uint16, err error) {
	low, high, ranged := strings.Cut(s, "-")
	if min, err = parseVersion(low); err != nil || !ranged {
		return min, min, err
	}
	if max, err = parseVersion(high); err != nil {
		return 0, 0, err
	}
	switch {
	case min == max:
		return 0, 0, fmt.Errorf("tls=%s is one version: write tls=%s", s, low)
	case min > max:
		return 0, 0, fmt.Errorf("tls=%s has its versions reversed: write tls=%s-%s", s, high, low)
	}
	return min, max, nil
}
