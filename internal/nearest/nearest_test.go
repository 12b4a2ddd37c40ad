package nearest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/internal/nearest"
)

func TestWord(t *testing.T) {
	t.Parallel()
	known := []string{"hosts", "domain", "certs", "expect", "no-tls", "tls", "from"}
	for _, c := range []struct{ got, want, why string }{
		{"hosts", "hosts", "the word itself"},
		{"host", "hosts", "one letter left out"},
		{"hostss", "hosts", "one letter too many"},
		{"hasts", "hosts", "one letter replaced"},
		{"ohsts", "hosts", "two neighbours swapped are one edit"},
		{"Domain", "domain", "case does not count"},
		{"doamni", "domain", "two edits in six letters"},
		{"ecpct", "expect", "two edits in six letters, both deletions"},
		{"no_tsl", "no-tls", "a swap and a replacement"},
		{"form", "from", "a swap in a short word"},
		{"tsl", "tls", "one edit in three letters"},
		{"xx", "", "two letters are too few to tell"},
		{"xls ", "", "two edits in four letters are too many"},
		{"wholly-other", "", "nothing is close"},
		{"", "", "nothing was written"},
		{strings.Repeat("h", 1<<20), "", "long input costs nothing"},
	} {
		assert.Equal(t, c.want, nearest.Word(c.got, known...), "Word(%.20q): %s", c.got, c.why)
	}
}

func TestWordTakesTheFirstOfEquals(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "mxa", nearest.Word("mxc", "mxa", "mxb"))
	assert.Empty(t, nearest.Word("mx"), "nothing is known")
}

func ExampleHint() {
	fmt.Printf("unknown key \"hots\"%s\n", nearest.Hint("hots", "certs", "hosts"))
	fmt.Printf("unknown key \"zebra\"%s\n", nearest.Hint("zebra", "certs", "hosts"))
	// Output:
	// unknown key "hots"; did you mean "hosts"?
	// unknown key "zebra"
}
