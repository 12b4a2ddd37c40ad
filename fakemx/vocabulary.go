package fakemx

import (
	"fmt"
	"slices"
	"strings"

	"mxlab/internal/nearest"
)

// Vocabulary lists the words of a host line in the order of a session, with a
// usual value where there is a choice.
func Vocabulary() []string {
	words := []string{
		"no-tls",
		"no-starttls", "starttls=454", "starttls=on-greeting-line", "starttls=overwritten", "starttls=twice", "starttls=with-parameter", "x-anonymoustls",
		"after-220=close", "after-220=silent", "after-220=reset", "after-220=garbage", "after-220=alert", "after-220=half-record", "after-220=554",
		"alert=unrecognized_name", "plaintext-behind-220", "executes-pipelined",
		"greeting=554", "greeting=silent", "greeting=garbage", "greeting=multi-line", "greeting-name=mail.example.net", "greeting-delay=40s",
		"connect=refused", "connect=silent", "connect=reset", "connect=close",
		"ehlo=502", "ehlo=bare", "ehlo=lower-case", "ehlo=endless",
		"tls=1.0", "tls=1.2-1.3", "tls=ssl3", "cipher=TLS_RSA_WITH_AES_128_CBC_SHA", "curve=p521",
		"sni=required", "sni=refused", "client-cert=requested", "client-cert=required", "client-cert=refused", "client-cert=verified", "client-cert=verified-if-given",
		"no-session-tickets", "no-close-notify", "corrupt=500",
		"tls-ehlo=451", "tls-ehlo=bare", "tls-ehlo=starttls",
		"requires-starttls=530", "mail-in-clear=530", "unproven-sender=550",
		"mail=451", "rcpt=550", "data=554", "dot=451",
		"latency=300ms", "tarpit=20s", "bandwidth=1200", "slice=1", "reset-after=300",
	}
	for _, step := range commandSteps() {
		for _, a := range []Answer{Close, Silence, Reset, Garbage} {
			words = append(words, string(Fail(step, a)))
		}
	}
	return words
}

// suggest returns a word with this key and a value of the same kind.
func suggest(key string) string {
	for _, w := range Vocabulary() {
		if k, value, _ := strings.Cut(w, "="); k == key && strings.Trim(value[:1], "0123456789") == "" {
			return w
		}
	}
	return ""
}

// unknown is the error for a word that is not in the vocabulary. It gives the
// nearest one, or what could have been meant if none is near.
func unknown(word string) error {
	key, _, _ := strings.Cut(word, "=")
	choice := slices.DeleteFunc(Vocabulary(), func(w string) bool { return !strings.HasPrefix(w, key+"=") })
	if len(choice) == 0 {
		choice = Vocabulary()[1:] // no-tls is no fault
	}
	if meant := nearest.Word(word, choice...); meant != "" {
		return fmt.Errorf("unknown word %q: did you mean %s?", word, meant)
	}
	if len(choice) > 20 {
		var keys []string
		for _, w := range choice {
			k, _, valued := strings.Cut(w, "=")
			if valued {
				k += "="
			}
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
		choice = keys
		if meant := nearest.Word(key, choice...); meant != "" {
			return fmt.Errorf("unknown word %.40q: did you mean %s?", word, meant)
		}
	}
	return fmt.Errorf("unknown word %.40q: write one of %s", word, strings.Join(choice, ", "))
}
