package conform

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"mxlab/verify"
)

// A setting is a level of smtp_tls_policy_maps, which Postfix looks up by the next
// hop as it is written. So the same next hop is written in a way of its own for
// each: its port has as many zeros before it as the setting has predecessors.

// postfixSenders gives the next hop for each sender.
func (t Task) postfixSenders() string {
	settings, text := postfixSettings(), ""
	line := func(label string, level int) {
		text += fmt.Sprintf("/^%s@/ %s:%s\n", label, postfixTransport, t.postfixNextHop(level))
	}
	for i, s := range settings {
		line(s, i)
	}
	for _, a := range t.Asks {
		if !slices.Contains(settings, a.Label) {
			line(a.Label, slices.Index(settings, a.Setting))
		}
	}
	return text
}

// postfixLevels gives the level for each way to write a port.
func (t Task) postfixLevels() string {
	text := ""
	for i, s := range postfixSettings() {
		if s == "fingerprint" {
			for _, print := range fingerprints() {
				s += " match=" + print
			}
		}
		text += fmt.Sprintf("/:%s[1-9][0-9]*$/ %s\n", strings.Repeat("0", i), s)
	}
	return text
}

// postfixNextHop writes the recipient's domain, or the SMTP routes: names without
// a look at MX records, in their order.
func (t Task) postfixNextHop(level int) string {
	port := func(n uint16) string { return fmt.Sprintf(":%s%d", strings.Repeat("0", level), n) }
	if len(t.Routes) == 0 {
		return t.Domain + port(25)
	}
	var hops []string
	for _, r := range byPriority(t.Routes) {
		name := r.Name
		if name == "" {
			name = r.Addr.String()
			if r.Addr.Is6() {
				name = "ipv6:" + name
			}
			name = "[" + name + "]"
		}
		hops = append(hops, name+port(cmp.Or(r.Port, 25)))
	}
	return strings.Join(hops, ", ")
}

func byPriority(routes []verify.Route) []verify.Route {
	return slices.SortedStableFunc(slices.Values(routes), func(a, b verify.Route) int { return a.Priority - b.Priority })
}

// fingerprints are those of the certificates that the sender knows.
func fingerprints() (all []string) {
	list, err := known()
	if err != nil {
		return nil
	}
	for _, c := range list {
		sum := sha256.Sum256(c.Raw)
		var hex []string
		for _, b := range sum {
			hex = append(hex, fmt.Sprintf("%02X", b))
		}
		all = append(all, strings.Join(hex, ":"))
	}
	return all
}
