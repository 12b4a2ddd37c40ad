package exchange

import (
	"crypto/tls"
	"math"
	"sync"
	"time"

	"mxlab/verify"
	"mxlab/verify/connector"
)

// Product gives the settings of the Send connector, their options and rules.
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
		Product: verify.Product{Name: "exchange", Title: "Microsoft Exchange Server: Send connectors, Set-SendConnector",
			Options: options(), Rules: rules()},
		Settings: settings(), Common: common, Portal: portal, Handshake: handshake,
		Hello: hello, Schedule: schedule, Said: said, Chosen: choose,
	}
	for _, s := range t.Settings {
		t.Product.Settings = append(t.Product.Settings, s.Described())
	}
	return t
})

// hello gives the ClientHello: TLS 1.2 alone and no SNI (recalled, weakly),
// unless the options say otherwise.
func hello(option func(string) string) verify.Hello {
	h := verify.Hello{TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}
	if option("tls") == "1.0" {
		h.MinVersion = tls.VersionTLS10
	}
	if option("highest-tls") == "1.3" {
		h.MaxVersion = tls.VersionTLS13
	}
	if option("ciphers") == "2012-r2" {
		h.Suites = verify.Schannel2012R2
	}
	if option("verb") == "x-anonymoustls" {
		h.Verb = "X-ANONYMOUSTLS"
	}
	if option("sni") == "host" {
		h.SNI = verify.HostName
	}
	return h
}

// schedule gives the retry intervals of a Mailbox server; those of an Edge
// server are 10 and 30 minutes behind the first four.
func schedule(option func(string) string) verify.Schedule {
	s := verify.Schedule{
		Waits:   []verify.Wait{{Times: 4, For: time.Minute}, {Times: 6, For: 5 * time.Minute}, {Times: 1, For: 10 * time.Minute}},
		Message: 15 * time.Minute,
		Retries: math.MaxInt, Lifetime: 2 * 24 * time.Hour,
		Retry: ruleRetry, Growing: ruleRetryGrowing, GiveUp: ruleGiveUp, Postponed: rulePostponed,
	}
	if option("retry") == "5m" {
		s.Message = 5 * time.Minute
	}
	return s
}
