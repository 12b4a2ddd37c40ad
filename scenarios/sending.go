package scenarios

import (
	"crypto/tls"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/internal/nearest"
	"mxlab/verify"
)

// senderKeys lists the keys of sender:.
func senderKeys() []string {
	return []string{"domain", "ehlo", "address", "recipient", "tls", "cert", "trust", "knows", "options", "proxy", "on-tls-failure"}
}

// readSender reads the sending side, a key of a higher layer over the same of
// those below.
func (r *reader) readSender() {
	var lines []entry
	for _, n := range r.all("sender") {
		lines = overlaid(lines, r.entries(n, "sender:", "ehlo: mail.sender.example"))
	}
	r.sending = lines
	for _, e := range lines {
		key := e.key.Value
		if !slices.Contains(senderKeys(), key) {
			r.at(e.key, 0, "sender: has no key %q; write one of %s%s", clip(key), strings.Join(senderKeys(), ", "), nearest.Hint(key, senderKeys()...))
			continue
		}
		example := map[string]string{"domain": "sender.example", "ehlo": "mail.sender.example", "address": "198.51.100.1", "recipient": "postmaster",
			"tls": "1.2-1.3", "cert": "client", "trust": "old-root, public", "knows": "edge1, edge2", "options": "mx-names=connected", "proxy": "proxy.sender.example", "on-tls-failure": "portal"}[key]
		s, ok := r.scalar(e.value, key+":", key+": "+example)
		if !ok {
			continue
		}
		if err := r.sender(key, s, e.value); err != nil {
			r.refuse(e.value, err)
		}
	}
}

func (r *reader) sender(key, s string, n *yaml.Node) (err error) {
	to := &r.sc.Sender
	switch key {
	case "domain":
		to.Domain, err = parseDomain(s)
	case "ehlo":
		if err = checkHost(word{s, 0}); err == nil {
			to.EHLO = s
		}
	case "address":
		to.Addrs, err = parseAddrs(s)
	case "recipient":
		to.Recipient, err = parseLocalPart(s)
	case "tls":
		if to.NoTLS = s == "none"; !to.NoTLS {
			to.MinTLS, to.MaxTLS, err = parseVersions(s)
		}
	case "cert":
		to.Cert = s
		r.labels = append(r.labels, mention{s, n, 0})
		if s == "no-tls" {
			return wrong(0, "a sender without a certificate needs no line; delete it")
		}
	case "trust":
		for _, w := range listed(s) {
			to.Trust = append(to.Trust, w.text)
			if w.text != "public" && w.text != "private" {
				r.labels = append(r.labels, mention{w.text, n, w.offset})
			}
		}
	case "knows":
		for _, w := range listed(s) {
			to.Knows = append(to.Knows, w.text)
			r.labels = append(r.labels, mention{w.text, n, w.offset})
		}
	case "options":
		for _, w := range split(s) {
			if err := checkOption(w); err != nil {
				return err
			}
			to.Options = append(to.Options, w.text)
		}
	case "proxy":
		if s == "none" {
			to.Proxy = ""
			return nil
		}
		if err = checkHost(word{s, 0}); err == nil {
			to.Proxy, r.proxy = strings.ToLower(s), n
		}
	case "on-tls-failure":
		if to.Portal = s == "portal"; !to.Portal {
			return wrong(0, "%q is nothing that a sender does; write portal, or delete the line for one that has none", clip(s))
		}
	}
	return err
}

// listed splits words with commas between them.
func listed(s string) []word {
	return split(strings.ReplaceAll(s, ",", " "))
}

func parseAddrs(s string) (all []netip.Addr, err error) {
	for _, w := range listed(s) {
		addr, err := parseAddr(w.text)
		if err != nil {
			offset, msg := place(err)
			return nil, wrong(w.offset+offset, "%s", msg)
		}
		all = append(all, addr)
	}
	return all, nil
}

// parseLocalPart reads the local part of an address, a dot-atom of RFC 5322
// section 3.2.3.
func parseLocalPart(s string) (string, error) {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		switch {
		case c == '@':
			return "", wrong(i, "write only what stands before the @; the domain is that of the scenario")
		case !letter && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", c), c == '.' && (i == 0 || i == len(s)-1 || s[i-1] == '.'):
			return "", wrong(i, "%q may not stand here; the local part of an address is letters and digits, with dots between them", c)
		}
	}
	if len(s) > 64 {
		return "", wrong(64, "a local part has at most 64 octets (RFC 5321 section 4.5.3.1.1)")
	}
	return s, nil
}

// parseVersions reads 1.2 or 1.2-1.3.
func parseVersions(s string) (low, high uint16, err error) {
	first, second, both := strings.Cut(s, "-")
	if !both {
		second = first
	}
	known := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	low, high = known[first], known[second]
	switch {
	case low == 0 || high == 0:
		return 0, 0, wrong(0, "%q is no version of TLS; write one of 1.0, 1.1, 1.2 and 1.3, two with a hyphen between them: 1.2-1.3, or none", clip(s))
	case low > high:
		return 0, 0, wrong(0, "write the older version first: %s-%s", second, first)
	}
	return low, high, nil
}

// checkOption looks for a mode that has an option, with this value. An option
// of one name means the same in every product that has it; its values may
// differ.
func checkOption(w word) error {
	name, value, ok := strings.Cut(w.text, "=")
	if !ok || name == "" || value == "" {
		return wrong(w.offset, "%q is no option; options are written NAME=VALUE, with blanks between them", clip(w.text))
	}
	var refused error
	var known []string
	for _, p := range Products() {
		for _, setting := range p.Settings {
			_, err := p.New(setting.Name, map[string]string{name: value})
			var bad *verify.OptionError
			switch {
			case err == nil:
				return nil
			case errors.As(err, &bad) && bad.Unset:
				known = append(known, bad.Wanted...)
			case refused == nil:
				_, refused = ParseMode(p.Name + "/" + setting.Name + " " + w.text)
			}
		}
	}
	if refused != nil {
		_, msg := place(refused)
		return wrong(w.offset, "%s", msg)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	return wrong(w.offset, "no mode has an option %q; write one of %s%s", clip(name), strings.Join(known, ", "), nearest.Hint(name, known...))
}
