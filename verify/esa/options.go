package esa

import "mxlab/verify"

// options lists every point that Cisco's documents leave open, or that differs
// between versions.
func options() []verify.Option {
	return []verify.Option{
		option("algorithm", []string{"213197", "old"}, "the verify algorithm of Cisco 213197, or the older one of Cisco 118583: the CN is compared without wildcards, the PTR name without forward confirmation", 4, 5),
		option("wildcard", []string{"whole-label", "rfc2818"}, "a star stands for one whole left-most label, or, by the letter of RFC 2818, also for a part of it", 4, 5, 6),
		option("after220", []string{"defer", "clear"}, "TLS fails after the 220: the attempt fails, or the mail goes in clear text over a new connection", 4),
		option("route-names", []string{"connected", "all"}, "the names of SMTP routes that lead to the connected address are compared, or those of all routes", 6),
		option("mx-names", []string{"all", "connected"}, "all MX names of the domain are compared, or only that of the host connected to", 6),
		option("sni", []string{"none", "host"}, "no server name is sent (recalled), or the name of the MX host or route that is connected to", 2, 3, 4, 5, 6),
		option("tls", []string{"1.2", "1.0"}, "the lowest TLS version that is offered: newer versions of AsyncOS start at 1.2, older ones at 1.0", 2, 3, 4, 5, 6),
	}
}

// option makes an option of settings, which are told by their numbers.
func option(name string, values []string, text string, numbers ...int) verify.Option {
	o := verify.Option{Name: name, Values: values, Text: text}
	for _, n := range numbers {
		o.Settings = append(o.Settings, settings()[n-1].name)
	}
	return o
}
