package verify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// A star for many labels stands for one at least, and is the whole label.
func TestManyLabels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		presented, reference string
		want                 verify.Mismatch
	}{
		{"*.example.com", "a.example.com", ""},
		{"*.example.com", "a.b.example.com", ""},
		{"*.example.com", "A.B.Example.COM", ""},
		{"*.example.com", "example.com", verify.StarLabels},
		{"*.example.com", "a.notexample.com", verify.OtherName},
		{"*.example.com", "example.org", verify.OtherName},
		{"m*.example.com", "mx.example.com", verify.StarPart},
		{"mx.example.com", "mx.example.com", ""},
	} {
		assert.Equal(t, c.want, verify.MatchName(c.presented, c.reference, verify.ManyLabels), "%q against %q", c.presented, c.reference)
	}
}

func TestMatchBelow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		presented string
		domain    string
		below     bool
	}{
		{"a.example.com", "example.com", true},
		{"a.b.example.com", "example.com", true},
		{"A.Example.com", "example.com", true},
		{"*.example.com", "example.com", true},
		{"*.a.example.com", "example.com", true},
		{"m\u00fc.example.com", "example.com", true},
		{"example.com", "example.com", false},
		{"*.com", "example.com", false},
		{"notexample.com", "example.com", false},
		{"a.example.com.", "example.com", false},
		{"a b.example.com", "example.com", false},
		{"*", "example.com", false},
		{"", "example.com", false},
		{"*.*.example.com", "example.com", false},
	} {
		matched, why := verify.MatchBelow([]string{"other.example", c.presented}, c.domain)
		assert.Equal(t, c.below, why == "", "%q below %q", c.presented, c.domain)
		if c.below {
			assert.Equal(t, c.presented, matched)
		} else {
			assert.Equal(t, verify.OtherName, why, c.presented)
		}
	}
	_, why := verify.MatchBelow(nil, "example.com")
	assert.Equal(t, verify.NoNames, why)
	_, why = verify.MatchBelow([]string{"a.b"}, "*")
	assert.Equal(t, verify.NotAName, why)
}
