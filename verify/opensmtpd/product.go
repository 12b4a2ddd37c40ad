package opensmtpd

import (
	"crypto/tls"
	"math"
	"sync"
	"time"

	"mxlab/verify"
	"mxlab/verify/mta"
)

// Product gives the settings of relay actions, their options and rules. What it
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
		Product:  verify.Product{Name: "opensmtpd", Title: "OpenSMTPD 6.8: relay actions, tls", Rules: rules()},
		Settings: settings(), Common: common, Portal: portal,
		OwnLine: ruleOwnLine, Exact: ruleExact, Behind: ruleBehind, Mute: ruleMute, Refusals: refusals, Unfit: unfit, Library: Library(),
		Hello: hello, Routing: routing, Schedule: schedule,
	}
})

// hello gives the ClientHello: no server name. TLS 1.0 and 1.1 are offered, and
// come to nothing at the security level 2 that Debian sets.
func hello(func(string) string) verify.Hello {
	return verify.Hello{TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13}
}

func routing(func(string) string) verify.Routing {
	return verify.Routing{SixFirst: ruleSixFirst, Once: ruleOnce}
}

// schedule counts from when the message came into the queue. A retry whose time
// has passed already is left out.
func schedule(func(string) string) verify.Schedule {
	return verify.Schedule{
		After:   after,
		Retries: math.MaxInt, Lifetime: 4 * 24 * time.Hour,
		Retry: ruleRetry, Growing: ruleRetryGrowing, GiveUp: ruleGiveUp,
	}
}

func after(failed int, age time.Duration) time.Duration {
	const base = 400 * time.Second
	n := time.Duration(failed)
	for base*n*n <= age {
		n++
	}
	return base*n*n - age
}
