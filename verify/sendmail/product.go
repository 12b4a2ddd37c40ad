package sendmail

import (
	"crypto/tls"
	"math"
	"sync"
	"time"

	"mxlab/verify"
	"mxlab/verify/mta"
	"mxlab/verify/pkix"
)

// Product gives the settings of the access map, their options and rules. What it
// holds is shared, and not to be changed.
func Product() verify.Product { return agent().Described() }

// New makes the policy of a setting, with options that differ from their
// defaults. The errors are those of [verify.Product.Choose].
func New(setting string, options map[string]string) (mta.Policy, error) {
	return agent().New(setting, options)
}

// agent is made once.
var agent = sync.OnceValue(func() *mta.MTA {
	return &mta.MTA{
		Product:  verify.Product{Name: "sendmail", Title: "sendmail 8.17: the access map, TLS_Srv", Options: options(), Rules: rules()},
		Settings: settings(), Common: common, Portal: portal,
		OwnLine: ruleOwnLine, Refusals: refusals, Library: pkix.OpenSSL(2),
		Hello: hello, Routing: routing, Schedule: schedule, Chosen: chosen,
	}
})

func options() []verify.Option {
	return []verify.Option{{Name: "tls-fallback-to-clear", Values: []string{"no", "yes"}, Settings: []string{"opportunistic"},
		Text: "the option TLSFallbacktoClear: TLS fails after the 220, and the host is left for the next, or the mail goes in clear text over a new connection"}}
}

// hello gives the ClientHello: no server name. TLS 1.0 and 1.1 are offered, and
// come to nothing at the security level 2 that Debian sets.
func hello(func(string) string) verify.Hello {
	return verify.Hello{TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13}
}

func routing(func(string) string) verify.Routing {
	return verify.Routing{SixFirst: ruleSixFirst, PerHost: rulePerHost, Last: ruleLast}
}

// schedule has one queue run more than fits into Timeout.queuereturn: a message
// that is too old is tried once more, and bounces if that fails.
func schedule(func(string) string) verify.Schedule {
	const interval = 10 * time.Minute
	return verify.Schedule{
		Waits:   []verify.Wait{{Times: 1, For: interval}},
		Retries: math.MaxInt, Lifetime: 5*24*time.Hour + interval,
		Retry: ruleRetry, Growing: ruleRetry, GiveUp: ruleGiveUp,
	}
}
