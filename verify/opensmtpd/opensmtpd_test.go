package opensmtpd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
	"mxlab/verify/opensmtpd"
)

// TestMatch has what the product did with each name, but for the last two, which
// stand in its ssl_verify.c.
func TestMatch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		presented []string
		reference string
		matched   string
		why       verify.Mismatch
	}{
		{[]string{"example.com", "MX1.Example.com"}, "mx1.example.com", "MX1.Example.com", ""},
		{[]string{"*.example.com"}, "mx1.example.com", "*.example.com", ""},
		{[]string{"*.example.com"}, "a.mx1.example.com", "", verify.StarLabels},
		{[]string{"*.example.com"}, "example.com", "", verify.StarLabels},
		{[]string{"*.example"}, "mx1.example", "", verify.StarAlone},
		{[]string{"*"}, "mx1.example.com", "", verify.StarAlone},
		{[]string{"mx*.example.com"}, "mx1.example.com", "", verify.StarPart},
		{[]string{"*1.example.com"}, "mx1.example.com", "", verify.StarPart},
		{[]string{"mx1.example.com."}, "mx1.example.com", "", verify.OtherName},
		{[]string{"_mx.example.com"}, "_mx.example.com", "_mx.example.com", ""},
		{[]string{"192.0.2.1"}, "192.0.2.1", "192.0.2.1", ""},
		{[]string{"*.0.2.1"}, "192.0.2.1", "", verify.OtherName},
		{nil, "mx1.example.com", "", verify.NoNames},
		{[]string{" ", "mx1.example.com"}, "mx1.example.com", "", verify.NotHostName},
		{[]string{"mx1.example.com\x00.example.net", "mx1.example.com"}, "mx1.example.com", "", verify.NotHostName},
	} {
		matched, why := opensmtpd.Match(row.presented, row.reference)
		assert.Equal(t, row.matched, matched, "%q against %s", row.presented, row.reference)
		assert.Equal(t, row.why, why, "%q against %s", row.presented, row.reference)
	}
}

// TestSchedule: 400 seconds times the squares, counted from when the message came;
// a time that has passed is left out.
func TestSchedule(t *testing.T) {
	t.Parallel()
	p, err := opensmtpd.New("relay", nil)
	require.NoError(t, err)
	s := p.Schedule()
	for _, row := range []struct {
		failed   int
		age, due time.Duration
		again    bool
	}{
		{1, time.Second, 400 * time.Second, true},
		{2, 400 * time.Second, 1600 * time.Second, true},
		{2, 1600 * time.Second, 3600 * time.Second, true},
		{29, 336400 * time.Second, 360000 * time.Second, false},
	} {
		due, again := s.Next(row.failed, row.age, verify.SMTPRefused)
		assert.Equal(t, row.again, again, "%d failed", row.failed)
		assert.Equal(t, row.due, due, "%d failed", row.failed)
	}
}
