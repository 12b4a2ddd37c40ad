package netns

import (
	"slices"
	"strings"
)

// Where the certificates of the authorities are inside.
const (
	bundle     = "/etc/ssl/certs/ca-certificates.crt"
	bundleHash = "/etc/ssl/certs"
)

// environment is that of the command: its own, without what would lead it past
// the world.
func environment(own []string, p plan, scenario string) []string {
	set := map[string]string{
		// OpenSSL's and crypto/x509's names, then those of others, which may lead
		// elsewhere already.
		"SSL_CERT_FILE": bundle, "SSL_CERT_DIR": bundleHash,
		"CURL_CA_BUNDLE": bundle, "REQUESTS_CA_BUNDLE": bundle, "NODE_EXTRA_CA_CERTS": bundle, "GIT_SSL_CAINFO": bundle,
		"HOSTNAME": p.name, "MXLAB_SCENARIO": scenario,
	}
	drop := []string{"LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES", "RESOLV_HOST_CONF", "TMPDIR",
		"XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "SSH_AUTH_SOCK", "OPENSSL_CONF"}
	var env []string
	for _, e := range own {
		name, _, _ := strings.Cut(e, "=")
		if _, ok := set[name]; ok || slices.Contains(drop, name) || strings.HasSuffix(strings.ToLower(name), "_proxy") {
			continue
		}
		env = append(env, e)
	}
	for name, value := range set {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	return env
}

// Where the certificate and the key are that the sender shows to a host which
// asks for one, if it has any.
const (
	SenderChain = "/etc/mxlab/sender-chain.pem"
	SenderKey   = "/etc/mxlab/sender-key.pem"
)

// Known is where the certificates are that the sender knows beforehand, if there
// are any.
const Known = "/etc/mxlab/known.pem"
