package fakemx

import (
	"fmt"
	"slices"
	"strings"

	"mxlab/internal/nearest"
)

// vocabulary lists the words of a host line, with a usual code or version
// where there is a choice.
func vocabulary() []string {
	return []string{
		"no-tls",
		"no-starttls", "starttls=454", "starttls=on-greeting-line", "starttls=overwritten",
		"after-220=close", "after-220=silent", "after-220=garbage", "after-220=alert",
		"greeting=554", "greeting=silent",
		"connect=refused", "connect=silent",
		"tls=1.0", "tls=1.2-1.3",
		"rcpt=550",
	}
}

// suggest returns a code that a refusal of this kind usually has.
func suggest(key string) string {
	for _, w := range vocabulary() {
		if k, code, _ := strings.Cut(w, "="); k == key && isCode(code) {
			return w
		}
	}
	return ""
}

// unknown is the error for a word that is not in the vocabulary. It gives the
// nearest one, or all that could have been meant if none is near.
func unknown(word string) error {
	key, _, _ := strings.Cut(word, "=")
	choice := slices.DeleteFunc(vocabulary(), func(w string) bool { return !strings.HasPrefix(w, key+"=") })
	if len(choice) == 0 {
		choice = vocabulary()[1:] // no-tls is no fault
	}
	if meant := nearest.Word(word, choice...); meant != "" {
		return fmt.Errorf("unknown word %q: did you mean %s?", word, meant)
	}
	return fmt.Errorf("unknown word %.40q: write one of %s", word, strings.Join(choice, ", "))
}
