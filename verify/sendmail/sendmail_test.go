package sendmail_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
	"mxlab/verify/sendmail"
)

// TestMatch has what the product did with each name.
func TestMatch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		presented []string
		matched   string
		why       verify.Mismatch
	}{
		{[]string{"MX1.example.com"}, "MX1.example.com", ""},
		{[]string{"*.example.com"}, "", verify.OtherName},
		{[]string{"example.com", "mx1.example.com"}, "", verify.OtherName},
		{nil, "", verify.NoNames},
	} {
		matched, why := sendmail.Match(row.presented, "mx1.example.com")
		assert.Equal(t, row.matched, matched, "%q", row.presented)
		assert.Equal(t, row.why, why, "%q", row.presented)
	}
}

// TestSchedule: ten minutes, and one queue run behind five days.
func TestSchedule(t *testing.T) {
	t.Parallel()
	p, err := sendmail.New("encr", nil)
	require.NoError(t, err)
	s := p.Schedule()
	const fiveDays = 5 * 24 * time.Hour
	for age, want := range map[time.Duration]bool{0: true, fiveDays - time.Minute: true, fiveDays: true, fiveDays + time.Second: false} {
		due, again := s.Next(1000, age, verify.SMTPRefused)
		assert.Equal(t, want, again, "%v", age)
		assert.Equal(t, age+10*time.Minute, due)
	}
}

// TestOptions: only the setting that sends in clear text has one.
func TestOptions(t *testing.T) {
	t.Parallel()
	p, err := sendmail.New("opportunistic", map[string]string{"tls-fallback-to-clear": "yes"})
	require.NoError(t, err)
	assert.Equal(t, "sendmail/opportunistic tls-fallback-to-clear=yes", p.Mode())
	_, err = sendmail.New("encr", map[string]string{"tls-fallback-to-clear": "yes"})
	assert.Error(t, err)
}
