package scenarios_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/verify"
)

// holes are the words that no scenario of the catalogue has, each with the
// reason for which none could show it. That a word of a scenario matters is
// tested in package world.
func holes() map[string]string {
	return map[string]string{
		"slice=": "what is written in pieces may be read as a whole and the other way about, because TCP carries octets and not writes",
	}
}

// webWords are the words of lines under web:, told apart from those of the
// same name elsewhere.
func webWords() (words []string) {
	for _, w := range append(pki.PublicationVocabulary(), scenarios.WebVocabulary()...) {
		words = append(words, webWord(w))
	}
	return words
}

// webWord gives a word without a value that may be another.
func webWord(word string) string {
	key, _, valued := strings.Cut(word, "=")
	if valued && key != "connect" && key != "body" {
		key += "="
	} else {
		key = word
	}
	return "web: " + key
}

// parameter is what may stand for another value: a code, a time, a name.
var parameter = regexp.MustCompile(`^(alert|corrupt|curve|cipher|greeting-name|greeting-delay|latency|tarpit|bandwidth|slice|reset-after|tls|requires-starttls|mail-in-clear|unproven-sender)=.*|=[0-9]{3}$`)

// general gives a word without the value that may be another.
func general(word string) string {
	key, _, valued := strings.Cut(word, "=")
	if valued && word != "tls=ssl3" && parameter.MatchString(word) {
		return key + "="
	}
	return word
}

// TestCoverage: each word of the certificate lines, host lines, web and faults,
// and each recipient that any host refuses, is played by a scenario of the
// catalogue, or has a reason for which it cannot be; and each outcome is claimed
// by one.
func TestCoverage(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find()
	require.NoError(t, err)
	played, claimed := map[string]bool{}, map[verify.Outcome]bool{}
	for _, s := range all {
		for _, c := range s.Expect {
			claimed[c.Outcome] = true
		}
		for _, h := range s.Hosts {
			for _, line := range h.Lines() {
				played[line.Cert] = true
				for _, f := range line.Faults {
					played[general(string(f))] = true
				}
			}
		}
		for _, c := range s.Certs {
			for _, w := range c.Spec.Words {
				name, _, valued := strings.Cut(w.Text, "=")
				if valued {
					name += "="
				}
				played[name] = true
			}
		}
		for _, res := range s.Web {
			for _, w := range strings.FieldsFunc(res.Text, func(r rune) bool { return r == ',' || r == ' ' }) {
				played[webWord(w)] = true
			}
		}
		for _, f := range s.Faults {
			played[string(f.Kind)] = true
		}
		played[s.Sender.Recipient+"@"] = true
	}
	var vocabulary []string
	for _, w := range fakemx.Vocabulary() {
		vocabulary = append(vocabulary, general(w))
	}
	vocabulary = append(vocabulary, pki.Vocabulary()...)
	for _, to := range fakemx.Recipients() {
		vocabulary = append(vocabulary, to+"@")
	}
	for _, k := range fakedns.FaultKinds() {
		vocabulary = append(vocabulary, string(k))
	}
	vocabulary = append(vocabulary, webWords()...)
	for _, w := range vocabulary {
		why, hole := holes()[w]
		switch {
		case hole:
			assert.False(t, played[w], "%s is played now; delete it from the list of holes: %s", w, why)
		default:
			assert.True(t, played[w], "no scenario of the catalogue plays %s", w)
		}
	}
	for _, o := range verify.Outcomes() {
		assert.True(t, claimed[o], "no scenario of the catalogue claims %s", o)
	}
	for w := range holes() {
		assert.True(t, slices.Contains(vocabulary, w), "%s is no word", w)
	}
}
