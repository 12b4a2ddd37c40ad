package exo

import (
	"crypto/tls"
	"math"
	"sync"
	"time"

	"mxlab/verify"
	"mxlab/verify/connector"
)

// Product gives the settings of outbound connectors, their options and rules.
// What it holds is shared, and not to be changed.
func Product() verify.Product {
	p := transport().Product
	p.New = func(setting string, options map[string]string) (verify.Policy, error) { return New(setting, options) }
	return p
}

// New makes the policy of a setting, with options that differ from their
// defaults. The errors are those of [verify.Product.Choose].
func New(setting string, options map[string]string) (connector.Policy, error) {
	return transport().New(setting, options)
}

// transport is made once.
var transport = sync.OnceValue(func() *connector.Transport {
	t := &connector.Transport{
		Product: verify.Product{Name: "exo", Title: "Microsoft Exchange Online: outbound connectors, Set-OutboundConnector",
			Options: options(), Rules: rules()},
		Settings: settings(), Common: common, Portal: portal, Handshake: handshake,
		Hello: hello, Schedule: schedule, Said: said, Chosen: choose,
	}
	for _, s := range t.Settings {
		t.Product.Settings = append(t.Product.Settings, s.Described())
	}
	return t
})

// hello gives the ClientHello: TLS 1.2 and 1.3 (recalled, weakly) with a server
// name (inferred), unless the options say otherwise.
func hello(option func(string) string) verify.Hello {
	h := verify.Hello{TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13, SNI: verify.HostName}
	if option("highest-tls") == "1.2" {
		h.MaxVersion = tls.VersionTLS12
	}
	if option("sni") == "none" {
		h.SNI = ""
	}
	return h
}

// schedule is documented for messages that DANE keeps in the queue.
func schedule(func(string) string) verify.Schedule {
	return verify.Schedule{
		Waits:   []verify.Wait{{Times: 2, For: 15 * time.Minute}, {Times: 1, For: time.Hour}},
		Retries: math.MaxInt, Lifetime: 24 * time.Hour,
		Retry: ruleRetry, Growing: ruleRetryGrowing, GiveUp: ruleGiveUp,
	}
}
