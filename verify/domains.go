package verify

import (
	"errors"
	"fmt"
	"strings"
)

var errDomain = errors.New("write domain names in lower case and A-labels, with commas between them")

// CheckDomains says what is wrong with a list of domains: names with commas
// between them, in the form that evidence has them. It is an Option.Free.
func CheckDomains(list string) error {
	for name := range strings.SplitSeq(list, ",") {
		if hostName(name) != "" || strings.ToLower(name) != name {
			return fmt.Errorf("%.60q is no domain: %w", name, errDomain)
		}
	}
	return nil
}
