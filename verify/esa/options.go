package esa

import (
	"fmt"
	"slices"
	"strings"
)

// An Option is a point that Cisco's documents leave open, or that differs
// between versions. The first value is the default.
type Option struct {
	Name     string
	Values   []string
	Settings []int  // the settings that have it
	Text     string // what the values mean, in a sentence
}

// Options lists every option of the settings.
func Options() []Option {
	return []Option{
		{"algorithm", []string{"213197", "old"}, []int{4, 5},
			"the verify algorithm of Cisco 213197, or the older one of Cisco 118583: the CN is compared without wildcards, the PTR name without forward confirmation"},
		{"wildcard", []string{"whole-label", "rfc2818"}, []int{4, 5, 6},
			"a star stands for one whole left-most label, or, by the letter of RFC 2818, also for a part of it"},
		{"after220", []string{"defer", "clear"}, []int{4},
			"TLS fails after the 220: the attempt fails, or the mail goes in clear text over a new connection"},
		{"route-names", []string{"connected", "all"}, []int{6},
			"the names of SMTP routes that lead to the connected address are compared, or those of all routes"},
		{"mx-names", []string{"all", "connected"}, []int{6},
			"all MX names of the domain are compared, or only that of the host connected to"},
		{"sni", []string{"none", "host"}, []int{2, 3, 4, 5, 6},
			"no server name is sent (recalled), or the name of the MX host or route that is connected to"},
		{"tls", []string{"1.2", "1.0"}, []int{2, 3, 4, 5, 6},
			"the lowest TLS version that is offered: newer versions of AsyncOS start at 1.2, older ones at 1.0"},
	}
}

// OptionError is a mistake in an option's name or value.
type OptionError struct {
	Name   string   // as given
	Value  string   // as given
	Wanted []string // the names, or the values of Name, that are known
	Unset  bool     // the name itself is not known to the setting
}

func (e *OptionError) Error() string {
	if e.Unset {
		return fmt.Sprintf("unknown option %q; this setting has %s", e.Name, strings.Join(e.Wanted, ", "))
	}
	return fmt.Sprintf("option %s cannot be %q; it is one of %s", e.Name, e.Value, strings.Join(e.Wanted, ", "))
}

// optionsOf gives the options that a setting has.
func optionsOf(number int) []Option {
	return slices.DeleteFunc(Options(), func(o Option) bool { return !slices.Contains(o.Settings, number) })
}
