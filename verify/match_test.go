package verify_test

import (
	"crypto/x509"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

func ExampleMatchName() {
	for _, reference := range []string{"mx0a.emailhosted.not", "mx01.subd.emailhosted.not", "emailhosted.not"} {
		why := verify.MatchName("*.emailhosted.not", reference, verify.WholeLabel)
		fmt.Printf("%s: %q\n", reference, why)
	}
	// Output:
	// mx0a.emailhosted.not: ""
	// mx01.subd.emailhosted.not: "the star stands for exactly one label"
	// emailhosted.not: "the star stands for exactly one label"
}

func ExampleMatchAny() {
	presented := []string{"example.net", "*.emailhosted.not", "emailhosted.not"}
	for _, reference := range []string{"mx0a.emailhosted.not", "mx01.subd.emailhosted.not"} {
		matched, why := verify.MatchAny(presented, reference, verify.WholeLabel)
		fmt.Printf("%s: %q %q\n", reference, matched, why)
	}
	// Output:
	// mx0a.emailhosted.not: "*.emailhosted.not" ""
	// mx01.subd.emailhosted.not: "" "the star stands for exactly one label"
}

var (
	label63 = strings.Repeat("a", 63)
	name253 = label63 + "." + label63 + "." + label63 + "." + strings.Repeat("a", 61)
)

// Each row gives the mismatch under WholeLabel and under Fragments.
func TestMatchName(t *testing.T) {
	t.Parallel()
	const same = verify.Mismatch("")
	for _, c := range []struct {
		presented, reference string
		whole, fragments     verify.Mismatch
	}{
		// No star.
		{"mx.example.com", "mx.example.com", same, same},
		{"MX.Example.COM", "mx.example.com", same, same},
		{"mx.example.com", "MX.EXAMPLE.COM", same, same},
		{"example", "example", same, same},
		{"mx.example.com", "example.com", verify.OtherName, verify.OtherName},
		{"example.com", "mx.example.com", verify.OtherName, verify.OtherName},
		{"xexample.com", "example.com", verify.OtherName, verify.OtherName},
		{"_mx.example.com", "_mx.example.com", same, same},
		{"mx-.example.com", "mx-.example.com", same, same},
		{"-mx.example.com", "-mx.example.com", same, same},
		{"mx.example.com.", "mx.example.com", verify.TrailingDot, verify.TrailingDot},
		{"*.example.com.", "mx.example.com", verify.TrailingDot, verify.TrailingDot},
		{".", "example.com", verify.TrailingDot, verify.TrailingDot},
		{"", "mx.example.com", verify.EmptyName, verify.EmptyName},
		{" ", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"mx.example.com ", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"mx.example.com\x00.example.net", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"mx.example.com\x00", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"mx..example.com", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{".example.com", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"mx.example.com:25", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"https://mx.example.com", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"Example Hosting", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"\xff\xfe", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"mx\u212a.example.com", "mxk.example.com", verify.NotHostName, verify.NotHostName}, // the Kelvin sign folds to k
		{name253, name253, same, same},
		{name253 + "a", "mx.example.com", verify.TooLong, verify.TooLong},
		{label63 + "a.example.com", "mx.example.com", verify.TooLong, verify.TooLong},
		{strings.Repeat("é", 600), "mx.example.com", verify.TooLong, verify.TooLong},
		{strings.Repeat("é", 64) + ".example.com", "mx.example.com", verify.NotHostName, verify.NotHostName},

		// References that are none.
		{"mx.example.com", "", verify.NotAName, verify.NotAName},
		{"mx.example.com", "mx.example.com.", verify.NotAName, verify.NotAName},
		{"*.example.com", "*.example.com", verify.NotAName, verify.NotAName},
		{"bücher.example", "bücher.example", verify.NotAName, verify.NotAName},
		{"mx example", "mx example", verify.NotAName, verify.NotAName},
		{"192.0.2.1", "192.0.2.1", verify.NotAName, verify.NotAName},
		{"*.0.2.1", "192.0.2.1", verify.NotAName, verify.NotAName},
		{"2001:db8::1", "2001:db8::1", verify.NotAName, verify.NotAName},
		{name253 + "a", name253 + "a", verify.NotAName, verify.NotAName},

		// Addresses.
		{"192.0.2.1", "mx.example.com", verify.AddressText, verify.AddressText},
		{"2001:db8::1", "mx.example.com", verify.AddressText, verify.AddressText},
		{"192.0.2.256", "192.0.2.256", same, same},  // not an address
		{"*.192.0.2.1", "mx.192.0.2.1", same, same}, // neither is this

		// Whole stars.
		{"*.example.com", "mx.example.com", same, same},
		{"*.EXAMPLE.com", "mx.example.COM", same, same},
		{"*.example.com", "a.mx.example.com", verify.StarLabels, verify.StarLabels},
		{"*.example.com", "example.com", verify.StarLabels, verify.StarLabels},
		{"*.example.com", "mx.example.net", verify.OtherName, verify.OtherName},
		{"*.example.com", "mx.xexample.com", verify.OtherName, verify.OtherName},
		{"*.example.com", "xexample.com", verify.OtherName, verify.OtherName},
		{"*.com", "example.com", same, same},
		{"*.com", "mx.example.com", verify.StarLabels, verify.StarLabels},
		{"*.com", "com", verify.StarLabels, verify.StarLabels},
		{"*.example.com", "xn--bcher-kva.example.com", same, same},
		{"*.example.com", "_mx.example.com", same, same},
		{"*", "example", verify.StarAlone, verify.StarAlone},
		{"*", "mx.example.com", verify.StarAlone, verify.StarAlone},
		{"*.*.com", "mx.example.com", verify.StarPlace, verify.StarPlace},
		{"mx.*.com", "mx.example.com", verify.StarPlace, verify.StarPlace},
		{"mx.example.*", "mx.example.com", verify.StarPlace, verify.StarPlace},
		{"**.example.com", "mx.example.com", verify.StarTwice, verify.StarTwice},
		{"*..example.com", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"*.example com", "mx.example.com", verify.NotHostName, verify.NotHostName},
		{"*." + name253, "mx.example.com", verify.TooLong, verify.TooLong},

		// Parts of a label.
		{"mx*.example.com", "mx1.example.com", verify.StarPart, same},
		{"*1.example.com", "mx1.example.com", verify.StarPart, same},
		{"m*1.example.com", "mx1.example.com", verify.StarPart, same},
		{"M*1.example.com", "mX1.example.com", verify.StarPart, same},
		{"mx1*.example.com", "mx1.example.com", verify.StarPart, same}, // the fragment is empty
		{"mx*x1.example.com", "mx1.example.com", verify.StarPart, verify.OtherName},
		{"mx*1.example.com", "mx.example.com", verify.StarPart, verify.OtherName},
		{"mx*.example.com", "smtp.example.com", verify.StarPart, verify.OtherName},
		{"mx*.example.com", "mx1.a.example.com", verify.StarPart, verify.OtherName},
		{"mx*.example.com", "example.com", verify.StarPart, verify.OtherName},
		{"m*x*.example.com", "mx1.example.com", verify.StarTwice, verify.StarTwice},
		{"a.mx*.example.com", "a.mx1.example.com", verify.StarPlace, verify.StarPlace},
		{"mx*", "mx1", verify.StarAlone, verify.StarAlone},
		{"mx *.example.com", "mx1.example.com", verify.NotHostName, verify.NotHostName},
		{label63 + "*.example.com", "mx1.example.com", verify.TooLong, verify.TooLong},

		// Internationalised labels (RFC 6125 section 6.4.2 and 6.4.3).
		{"bücher.example", "xn--bcher-kva.example", same, same},
		{"büCHer.EXAMPLE", "xn--bcher-kva.example", same, same},
		{"XN--bcher-KVA.example", "xn--bcher-kva.example", same, same},
		{"BÜCHER.example", "xn--bcher-kva.example", verify.NotHostName, verify.NotHostName}, // a U-label is in lower case
		{"bücher.example.", "xn--bcher-kva.example", verify.TrailingDot, verify.TrailingDot},
		{"bücher\u3002example", "xn--bcher-kva.example", verify.NotHostName, verify.NotHostName},
		{"\uff45xample.com", "example.com", verify.NotHostName, verify.NotHostName},
		{"mx.bücher.example", "mx.xn--bcher-kva.example", same, same},
		{"*.bücher.example", "mx.xn--bcher-kva.example", same, same},
		{"mx*.bücher.example", "mx1.xn--bcher-kva.example", verify.StarPart, same},
		{"*.bücher.*", "mx.xn--bcher-kva.example", verify.StarPlace, verify.StarPlace},
		{"bü*.example", "xn--bcher-kva.example", verify.StarIDN, verify.StarIDN},
		{"bü*", "xn--bcher-kva", verify.StarAlone, verify.StarAlone},
		{"xn--*.example", "xn--bcher-kva.example", verify.StarIDN, verify.StarIDN},
		{"xn--bcher*.example", "xn--bcher-kva.example", verify.StarIDN, verify.StarIDN},
		{"x*.example", "xn--bcher-kva.example", verify.StarPart, verify.StarIDN},
		{"*a.example", "XN--bcher-kva.example", verify.StarPart, verify.StarIDN},
	} {
		assert.Equal(t, c.whole, verify.MatchName(c.presented, c.reference, verify.WholeLabel), "%q against %q, whole label", c.presented, c.reference)
		assert.Equal(t, c.fragments, verify.MatchName(c.presented, c.reference, verify.Fragments), "%q against %q, fragments", c.presented, c.reference)
	}
}

func TestMatchAny(t *testing.T) {
	t.Parallel()
	const reference = "mx.a.example.com"
	for _, c := range []struct {
		presented []string
		reference string
		matched   string
		why       verify.Mismatch
	}{
		{nil, reference, "", verify.NoNames},
		{[]string{"example.net", "*.a.example.com", "mx.a.example.com"}, reference, "*.a.example.com", ""},
		{[]string{"MX.a.example.com"}, reference, "MX.a.example.com", ""},
		{[]string{"example.net", "*.example.com"}, reference, "", verify.StarLabels},
		{[]string{"*.example.net", "*.example.org"}, reference, "", verify.OtherName},
		{[]string{"*.example.com", "mx.a.example.com."}, reference, "", verify.StarLabels},
		{[]string{"mx.a.example.com.", "*.example.com"}, reference, "", verify.TrailingDot},
		{[]string{"example.net", "mx*.a.example.com"}, reference, "", verify.StarPart},
		{[]string{"mx*.example.net", "example.net"}, reference, "", verify.OtherName},
		{[]string{"Example Hosting", "example.net"}, reference, "", verify.OtherName},
		{[]string{"Example Hosting", ""}, reference, "", verify.NotHostName},
		{[]string{reference}, "192.0.2.1", "", verify.NotAName},
		{nil, "192.0.2.1", "", verify.NotAName},
	} {
		matched, why := verify.MatchAny(c.presented, c.reference, verify.WholeLabel)
		assert.Equal(t, c.matched, matched, "%q against %q", c.presented, c.reference)
		assert.Equal(t, c.why, why, "%q against %q", c.presented, c.reference)
	}
}

func TestMismatchesAreDistinct(t *testing.T) {
	t.Parallel()
	seen := map[verify.Mismatch]bool{"": true}
	for _, m := range verify.Mismatches() {
		assert.False(t, seen[m], "%q", m)
		seen[m] = true
	}
}

// crypto/x509 is another reader of RFC 9525 section 6.3. Where the two differ,
// the reason is listed here.
func TestMatchNameAgainstGo(t *testing.T) {
	t.Parallel()
	departure := func(presented, reference string) string {
		switch {
		case strings.HasSuffix(reference, "."):
			return "Go trims the reference's trailing dot; ours has none"
		case verify.MatchName("mx.example.com", reference, verify.WholeLabel) == verify.NotAName && strings.EqualFold(presented, reference):
			return "Go compares octets where the reference is no host name"
		case verify.MatchName(presented, reference, verify.WholeLabel) == "" && strings.Contains("."+reference, ".-"):
			return "Go takes no star before a label with a leading hyphen"
		case verify.MatchName(presented, reference, verify.WholeLabel) == "" && strings.Contains(presented, "ü"):
			return "Go does not convert U-labels"
		}
		return ""
	}
	labels := []string{"a", "B", "mx", "*", "m*", "**", "xn--bcher-kva", "bücher", "_x", "-h", "h-", "", "a b", "1"}
	var names []string
	for _, l := range labels {
		names = append(names, l, l+".example", l+".a.example", "a."+l+".example", l+".example.")
		for _, m := range labels {
			names = append(names, l+"."+m+".example", l+"."+m)
		}
	}
	departed := map[string]int{}
	agreed := 0
	for _, presented := range names {
		c := x509.Certificate{DNSNames: []string{presented}}
		for _, reference := range names {
			goes := c.VerifyHostname(reference) == nil
			ours := verify.MatchName(presented, reference, verify.WholeLabel) == ""
			if goes == ours {
				if ours {
					agreed++
				}
				continue
			}
			why := departure(presented, reference)
			assert.NotEmpty(t, why, "%q against %q: crypto/x509 says %v, MatchName %v", presented, reference, goes, ours)
			departed[why]++
		}
	}
	assert.Greater(t, agreed, 300, "names on which both agree that they match")
	assert.Len(t, departed, 4, "every departure listed is met: %v", departed)
}

func FuzzMatchName(f *testing.F) {
	for _, s := range [][2]string{
		{"mx.example.com", "mx.example.com"}, {"*.example.com", "mx.example.com"}, {"mx*.example.com", "mx1.example.com"},
		{"*.bücher.example", "mx.xn--bcher-kva.example"}, {"192.0.2.1", "192.0.2.1"}, {"*", "example"}, {"xn--*.example", "xn--a.example"},
		{"\xff.example", "a.example"}, {"*.*.example", "a.b.example"}, {"", ""}, {"2001:db8::1", "a"}, {"a.", "a"},
	} {
		f.Add(s[0], s[1])
	}
	upper := strings.ToUpper
	f.Fuzz(func(t *testing.T, presented, reference string) {
		whole := verify.MatchName(presented, reference, verify.WholeLabel)
		parts := verify.MatchName(presented, reference, verify.Fragments)
		if whole == "" {
			if parts != "" {
				t.Errorf("%q matches %q by the whole label, but by fragments: %s", presented, reference, parts)
			}
			if p, r := strings.Count(presented, "."), strings.Count(reference, "."); p != r {
				t.Errorf("%q matches %q with %d dots against %d", presented, reference, p, r)
			}
		}
		if verify.MatchName(reference, reference, verify.WholeLabel) != verify.NotAName {
			if why := verify.MatchName(reference, reference, verify.WholeLabel); why != "" {
				t.Errorf("%q does not match itself: %s", reference, why)
			}
		}
		if isASCII(presented) && isASCII(reference) {
			for _, w := range []verify.Wildcards{verify.WholeLabel, verify.Fragments} {
				a, b := verify.MatchName(presented, reference, w), verify.MatchName(upper(presented), upper(reference), w)
				if a != b {
					t.Errorf("%q against %q: %q, in upper case %q", presented, reference, a, b)
				}
			}
		}
		matched, why := verify.MatchAny([]string{presented}, reference, verify.WholeLabel)
		if why != whole || (why == "" && matched != presented) {
			t.Errorf("%q against %q: MatchAny says %q, MatchName %q", presented, reference, why, whole)
		}
	})
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 }

// Thousands of judgements run in a second; names must not make garbage.
func TestMatchNameDoesNotAllocate(t *testing.T) {
	presented := []string{"example.net", "*.example.com", "mx*.a.example.com", "*.a.example.com"}
	n := testing.AllocsPerRun(100, func() {
		verify.MatchAny(presented, "mx.a.example.com", verify.WholeLabel)
		verify.MatchAny(presented, "example.org", verify.Fragments)
	})
	assert.Zero(t, n)
}

func BenchmarkMatchName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		verify.MatchName("*.emailhosted.not", "mx0a.emailhosted.not", verify.WholeLabel)
	}
}
