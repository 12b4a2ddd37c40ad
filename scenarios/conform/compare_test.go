package conform

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/scenarios/world"
	"mxlab/verify"
)

// Each thing that is compared makes a difference, and what a sender does not tell
// makes none.
func TestCompare(t *testing.T) {
	t.Parallel()
	at, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	result := func(o verify.Outcome, r verify.Reason) world.ModeResult {
		m := world.ModeResult{Made: verify.Delivery{Outcome: o, Reason: r}}
		if o.Sent() {
			m.Arrivals = []world.Arrival{{Host: at, TLS: o != verify.Cleartext}}
		}
		return m
	}
	inTLS := []Seen{{Host: at, TLS: true}}
	for name, tc := range map[string]struct {
		ours   world.ModeResult
		trial  Trial
		seen   []Seen
		differ int
	}{
		"verified":                    {result(verify.Verified, ""), Trial{Fate: Sent, Verified: Yes}, inTLS, 0},
		"nobody says":                 {result(verify.Verified, ""), Trial{Fate: Sent}, inTLS, 0},
		"not verified":                {result(verify.Verified, ""), Trial{Fate: Sent, Verified: No}, inTLS, 1},
		"verified after all":          {result(verify.Encrypted, ""), Trial{Fate: Sent, Verified: Yes}, inTLS, 1},
		"in clear text":               {result(verify.Encrypted, ""), Trial{Fate: Sent}, []Seen{{Host: at}}, 1},
		"not in clear text":           {result(verify.Cleartext, ""), Trial{Fate: Sent}, inTLS, 1},
		"another host":                {result(verify.Encrypted, ""), Trial{Fate: Sent}, []Seen{{Host: other, TLS: true}}, 1},
		"twice":                       {result(verify.Encrypted, ""), Trial{Fate: Sent}, append(inTLS, inTLS...), 1},
		"never":                       {result(verify.Encrypted, ""), Trial{Fate: Sent}, nil, 1},
		"deferred, and taken":         {result(verify.Deferred, ""), Trial{Fate: Deferred}, inTLS, 1},
		"sent":                        {result(verify.Deferred, ""), Trial{Fate: Sent}, inTLS, 1},
		"bounced":                     {result(verify.Deferred, ""), Trial{Fate: Bounced}, nil, 1},
		"failed":                      {result(verify.Bounced, ""), Trial{Fate: Failed}, nil, 0},
		"another reason":              {result(verify.Deferred, verify.NullMX), Trial{Fate: Deferred, Reason: verify.Unreachable}, nil, 1},
		"another fault":               {result(verify.Deferred, verify.CertificateExpired), Trial{Fate: Deferred, Reason: verify.CertificateHostMismatch}, nil, 0},
		"no fault of the certificate": {result(verify.Deferred, verify.CertificateExpired), Trial{Fate: Deferred, Reason: verify.STARTTLSNotSupported}, nil, 1},
		"no message":                  {result(verify.Encrypted, ""), Trial{Fate: Sent, TLS: Yes, Verified: No}, nil, 0},
		"no message, no TLS":          {result(verify.Encrypted, ""), Trial{Fate: Sent, TLS: No}, nil, 1},
	} {
		assert.Len(t, Compare(tc.ours, tc.trial, tc.seen), tc.differ, name)
	}
}
