package pki

import (
	"net/netip"
	"strconv"
	"strings"
)

// maxNames bounds the names of one list: more make a chain that no TLS library
// reads.
const maxNames = 10_000

// parseNames reads SAN=. The names stay as written, but for a range of numbers
// in braces: what is odd about a name is what the test is about.
func parseNames(v value) ([]string, error) {
	var names []string
	for _, n := range v.list() {
		if n.text == "" {
			return nil, wrong(n.offset(), "a name is missing at this comma; write a name, or leave the comma out")
		}
		kind, _, ok := strings.Cut(n.text, ":")
		if word := map[string]string{"dns": "SAN", "ip": "SAN-IP", "email": "SAN-email", "uri": "SAN-URI"}[strings.ToLower(kind)]; ok && word != "" {
			return nil, wrong(n.offset(), "the kind of a name stands in its word; write %s= and the name without %q", word, kind+":")
		}
		some, err := expand(n)
		if err != nil {
			return nil, err
		}
		if names = append(names, some...); len(names) > maxNames {
			return nil, wrong(n.offset(), "these are more than %d names; write fewer", maxNames)
		}
	}
	return names, nil
}

// expand gives mx1.example, mx2.example, mx3.example for mx{1..3}.example.
func expand(n value) ([]string, error) {
	open := strings.IndexByte(n.text, '{')
	end := strings.IndexByte(n.text, '}')
	if open < 0 || end < open || !strings.Contains(n.text[open:end], "..") {
		return []string{n.text}, nil
	}
	inside := n.part(open+1, end)
	low, high, _ := strings.Cut(inside.text, "..")
	from, err1 := strconv.ParseUint(low, 10, 16)
	to, err2 := strconv.ParseUint(high, 10, 16)
	switch {
	case err1 != nil || err2 != nil || from > to:
		return nil, wrong(inside.offset(), "%q is no range of numbers; write the lower and the higher one, as in mx{1..100}.example", inside.text)
	case to-from >= maxNames:
		return nil, wrong(inside.offset(), "these are more than %d names; write fewer", maxNames)
	}
	var names []string
	for i := from; i <= to; i++ {
		names = append(names, n.text[:open]+strconv.FormatUint(i, 10)+n.text[end+1:])
	}
	return names, nil
}

// parseTexts reads SAN-email= and SAN-URI=, as written.
func parseTexts(v value) ([]string, error) {
	var texts []string
	for _, n := range v.list() {
		if n.text == "" {
			return nil, wrong(n.offset(), "a name is missing at this comma; write a name, or leave the comma out")
		}
		texts = append(texts, n.text)
	}
	return texts, nil
}

// parseAddresses reads SAN-IP=.
func parseAddresses(v value) ([]netip.Addr, error) {
	var addrs []netip.Addr
	for _, n := range v.list() {
		a, err := netip.ParseAddr(n.text)
		if err != nil || a.Zone() != "" {
			return nil, wrong(n.offset(), "%q is not an IP address; write one such as 192.0.2.1, or SAN= for text that only looks like one", n.text)
		}
		addrs = append(addrs, a)
	}
	return addrs, nil
}

// parseSubtrees reads permitted= and excluded=: domains, and ranges of
// addresses with a slash.
func parseSubtrees(v value) ([]string, error) {
	var trees []string
	for _, n := range v.list() {
		switch {
		case n.text == "":
			return nil, wrong(n.offset(), "a name is missing at this comma; write a domain, or leave the comma out")
		case strings.Contains(n.text, "*"):
			// RFC 5280 section 4.2.1.10: a name stands for all names below it.
			return nil, wrong(n.offset(), "a constraint has no star; write example.com for that name and all below it")
		case strings.Contains(n.text, "/"):
			if _, err := netip.ParsePrefix(n.text); err != nil {
				return nil, wrong(n.offset(), "%q is not a range of addresses; write one such as 192.0.2.0/24", n.text)
			}
		}
		trees = append(trees, n.text)
	}
	return trees, nil
}
