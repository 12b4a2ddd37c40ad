package postfix_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
	"mxlab/verify/postfix"
)

// TestMatch: the first rows were seen in the product, the others follow
// crypto/x509/v3_utl.c of OpenSSL 3.0.
func TestMatch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		presented []string
		reference string
		matched   string
		why       verify.Mismatch
	}{
		{[]string{"example.net", "MX1.Example.com"}, "mx1.example.com", "MX1.Example.com", ""},
		{[]string{"*.example.com"}, "mx1.example.com", "*.example.com", ""},
		{[]string{"*.co.example"}, "shop.co.example", "*.co.example", ""},
		{[]string{"*.example"}, "shop.example", "", verify.StarAlone},
		{[]string{"*"}, "mx1.example.com", "", verify.StarAlone},
		{[]string{"mx*.example.com"}, "mx1.example.com", "", verify.StarPart},
		{[]string{"mx1.*.hoster.example"}, "mx1.south.hoster.example", "", verify.StarPlace},
		{[]string{"mx1.example.com."}, "mx1.example.com", "", verify.TrailingDot},
		{[]string{"mx_1.example.com"}, "mx_1.example.com", "mx_1.example.com", ""},
		{[]string{"mx1.bücher.example"}, "mx1.xn--bcher-kva.example", "", verify.OtherName},
		{nil, "mx1.example.com", "", verify.NoNames},
		{[]string{"mail.example.com"}, ".example.com", "mail.example.com", ""},
		{[]string{"a.b.example.com"}, ".example.com", "a.b.example.com", ""},
		{[]string{"*.example.com"}, ".example.com", "*.example.com", ""},
		{[]string{"example.com"}, ".example.com", "", verify.OtherName},
		{[]string{"notexample.com"}, ".example.com", "", verify.OtherName},
		{[]string{"*.example.com"}, "a.b.example.com", "", verify.StarLabels},
		{[]string{"*.example.com"}, "example.com", "", verify.StarLabels},
		{[]string{"*.example.com"}, "mx_1.example.com", "", verify.StarLabels},
		{[]string{"*.ex_ample.com"}, "mx1.ex_ample.com", "", verify.StarAlone},
		{[]string{"*.-example.com"}, "mx1.-example.com", "", verify.StarAlone},
	} {
		matched, why := postfix.Match(row.presented, row.reference)
		assert.Equal(t, row.matched, matched, "%q against %s", row.presented, row.reference)
		assert.Equal(t, row.why, why, "%q against %s", row.presented, row.reference)
	}
}

// TestSchedule: five minutes, then as long as the message is old, up to 4,000
// seconds; what fails at the age of five days has no other queue run.
func TestSchedule(t *testing.T) {
	t.Parallel()
	p, err := postfix.New("may", nil)
	require.NoError(t, err)
	s := p.Schedule()
	for _, row := range []struct {
		failed   int
		age, due time.Duration
		again    bool
	}{
		{1, time.Second, 301 * time.Second, true},
		{2, 300 * time.Second, 600 * time.Second, true},
		{3, 600 * time.Second, 1200 * time.Second, true},
		{9, 3 * time.Hour, 3*time.Hour + 4000*time.Second, true},
		{99, 5*24*time.Hour - time.Second, 5*24*time.Hour + 3999*time.Second, true},
		{100, 5 * 24 * time.Hour, 5*24*time.Hour + 4000*time.Second, false},
	} {
		due, again := s.Next(row.failed, row.age, verify.SMTPRefused)
		assert.Equal(t, row.again, again, "%d failed", row.failed)
		assert.Equal(t, row.due, due, "%d failed", row.failed)
	}
}

// TestHello: what the levels and options make of the ClientHello.
func TestHello(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		level   string
		options map[string]string
		want    verify.Hello
	}{
		{"none", nil, verify.Hello{}},
		{"may", nil, verify.Hello{TLS: true, MinVersion: 0x0301, MaxVersion: 0x0304}},
		{"secure", map[string]string{"tls": "1.2", "sni": "host"}, verify.Hello{TLS: true, MinVersion: 0x0303, MaxVersion: 0x0304, SNI: verify.HostName}},
	} {
		p, err := postfix.New(row.level, row.options)
		require.NoError(t, err)
		assert.Equal(t, row.want, p.Hello())
	}
}
