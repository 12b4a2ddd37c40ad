package connector

import (
	"errors"
	"strings"

	"mxlab/verify"
)

var (
	errCapitals = errors.New("names are compared in lower case; write it so")
	errNoName   = errors.New("it is a host name, or *. and a host name")
)

// CheckTLSDomain says what is wrong with a value for TlsDomain: it is the name of
// a host or domain, or *.NAME for all names below one (Set-SendConnector,
// SmtpDomainWithSubdomains; Set-OutboundConnector: no star elsewhere).
func CheckTLSDomain(value string) error {
	name := strings.TrimPrefix(value, "*.")
	switch {
	case strings.Contains(name, "*") || verify.MatchName(name, name, verify.WholeLabel) != "":
		return errNoName
	case strings.ToLower(name) != name:
		return errCapitals
	}
	return nil
}
