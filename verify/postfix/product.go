package postfix

import (
	"crypto/tls"
	"math"
	"strings"
	"sync"
	"time"

	"mxlab/verify"
	"mxlab/verify/mta"
	"mxlab/verify/pkix"
)

// Product gives the levels, their options and rules. What it holds is shared, and
// not to be changed.
func Product() verify.Product { return agent().Described() }

// New makes the policy of a level, with options that differ from their defaults.
// The errors are those of [verify.Product.Choose].
func New(level string, options map[string]string) (mta.Policy, error) {
	return agent().New(level, options)
}

// agent is made once.
var agent = sync.OnceValue(func() *mta.MTA {
	return &mta.MTA{
		Product:  verify.Product{Name: "postfix", Title: "Postfix 3.7: smtp_tls_security_level", Options: options(), Rules: rules()},
		Settings: settings(), Common: common, Portal: portal,
		OwnLine: ruleOwnLine, Refusals: refusals, Library: Library(),
		Hello: hello, Routing: routing, Schedule: schedule, Chosen: choose,
	}
})

func options() []verify.Option {
	withTLS := []string{"may", "encrypt", "fingerprint", "verify", "secure"}
	return []verify.Option{
		{Name: "tls", Values: []string{"1.0", "1.2"}, Settings: withTLS,
			Text: "the lowest TLS version that is offered: 1.0 by default, whatever the system's OpenSSL is set to (observed), or 1.2, as many set smtp_tls_protocols and smtp_tls_mandatory_protocols"},
		{Name: "sni", Values: []string{"none", "host"}, Settings: withTLS,
			Text: "no server name is sent, or the name of the host that is connected to: smtp_tls_servername = hostname"},
		{Name: "pin", Values: []string{"certificate", "key"}, Settings: []string{"fingerprint"},
			Text: "what is listed is the digest of the certificate, or that of its public key"},
	}
}

// hello gives the ClientHello: no server name, TLS 1.0 and newer (observed).
func hello(option func(string) string) verify.Hello {
	h := verify.Hello{TLS: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS13}
	if option("tls") == "1.2" {
		h.MinVersion = tls.VersionTLS12
	}
	if option("sni") == "host" {
		h.SNI = verify.HostName
	}
	return h
}

// Library says what a path is judged by: OpenSSL 3 at its security level 1. The
// levels that verify nothing ask for 0.
func Library() pkix.Rules { return pkix.OpenSSL(1) }

const maxChain = 100 << 10 // SSL_CTX_set_max_cert_list(3)

func tooLong(s *verify.Session) string {
	if s.TLS.ChainOctets() > maxChain {
		return "more than 102,400 octets"
	}
	return ""
}

// oldSignature is what is wrong with TLS 1.0 and 1.1 at security level 1: the host
// signs its part of the key exchange with SHA-1 (RFC 4492 section 5.4).
func oldSignature(s *verify.Session) string {
	if s.TLS.Version < tls.VersionTLS12 && !strings.HasPrefix(tls.CipherSuiteName(s.TLS.Cipher), "TLS_RSA_") {
		return "the key exchange is signed with SHA-1"
	}
	return ""
}

func routing(func(string) string) verify.Routing {
	return verify.Routing{Addresses: verify.Limit{Most: 5, Rule: ruleAddresses}, Sessions: verify.Limit{Most: 2, Rule: ruleSessions}}
}

const (
	minimalBackoff = 300 * time.Second
	maximalBackoff = 4000 * time.Second
	lifetime       = 5 * 24 * time.Hour
)

// schedule: a message that is older than its lifetime has one more queue run, and
// bounces when that leaves it queued.
func schedule(func(string) string) verify.Schedule {
	return verify.Schedule{
		After:   func(_ int, age time.Duration) time.Duration { return min(max(age, minimalBackoff), maximalBackoff) },
		Retries: math.MaxInt, Lifetime: lifetime + maximalBackoff - 1,
		Retry: ruleRetry, Growing: ruleRetryGrowing, GiveUp: ruleGiveUp,
	}
}
