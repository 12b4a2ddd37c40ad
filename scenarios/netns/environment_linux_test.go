package netns

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What would lead past the world is gone, and the rest is as it was.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	env := environment([]string{"PATH=/bin", "https_proxy=http://proxy.example", "NO_PROXY=x", "SSL_CERT_FILE=/else/where.pem", "RES_OPTIONS=ndots:5",
		"TMPDIR=/gone", "EMPTY=", "LANG=C.UTF-8"}, plan{name: "mail.sender.example"}, "hosted/ptr-not-mx")
	assert.Equal(t, []string{
		"CURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt",
		"EMPTY=",
		"GIT_SSL_CAINFO=/etc/ssl/certs/ca-certificates.crt",
		"HOSTNAME=mail.sender.example",
		"LANG=C.UTF-8",
		"MXLAB_SCENARIO=hosted/ptr-not-mx",
		"NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt",
		"PATH=/bin",
		"REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt",
		"SSL_CERT_DIR=/etc/ssl/certs",
		"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
	}, env)
}
