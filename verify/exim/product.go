package exim

import (
	"crypto/tls"
	"math"
	"sync"
	"time"

	"mxlab/verify"
	"mxlab/verify/mta"
	"mxlab/verify/pkix"
)

// Product gives the settings of the smtp transport, their options and rules. What
// it holds is shared, and not to be changed.
func Product() verify.Product { return agent().Described() }

// New makes the policy of a setting, with options that differ from their
// defaults. The errors are those of [verify.Product.Choose].
func New(setting string, options map[string]string) (mta.Policy, error) {
	return agent().New(setting, options)
}

// agent is made once.
var agent = sync.OnceValue(func() *mta.MTA {
	return &mta.MTA{
		Product:  verify.Product{Name: "exim", Title: "Exim 4.96: the smtp transport", Rules: rules()},
		Settings: settings(), Common: common, Portal: portal,
		OwnLine: ruleOwnLine, Inside: ruleInside, Staple: Staple, Capitals: ruleCapitals, Refusals: refusals, Library: pkix.GnuTLS(),
		Hello: hello, Routing: routing, Schedule: schedule,
	}
})

// hello gives the ClientHello: no server name, TLS 1.0 and newer.
func hello(func(string) string) verify.Hello {
	return verify.Hello{TLS: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS13}
}

func routing(func(string) string) verify.Routing {
	return verify.Routing{SixFirst: ruleSixFirst, Once: ruleOnce, Last: ruleLast}
}

// schedule is the retry rule of the configuration that Exim comes with. A message
// that is older than the rule has one more delivery, and bounces when that fails.
func schedule(func(string) string) verify.Schedule {
	return verify.Schedule{
		After:   After,
		Retries: math.MaxInt, Lifetime: lifetime + 6*time.Hour - 1,
		Retry: ruleRetry, Growing: ruleRetryGrowing, GiveUp: ruleGiveUp,
	}
}
