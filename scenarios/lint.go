package scenarios

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakemx"
	"mxlab/verify"
)

// Lint reads a scenario and starts no world. It gives the mistakes of the file,
// or, if there are none, what is in it and does nothing, and which claims
// cannot hold, whatever the hosts do. Nothing to say is nil.
//
// A file may well be played with what Lint finds; it only is not what its author
// thinks.
func Lint(file, name string, src []byte) Errors {
	c, _ := parse(file, name, src)
	if len(c.errs) == 0 {
		c.unusedCerts()
		c.unreachedHosts()
		c.unnoticedFaults()
		c.sameTurns()
		c.unnamedURLs()
		c.unservedURLs()
		for _, r := range c.readers {
			r.impossibleClaims()
			r.conflictingClaims()
			r.impossibleReceipts()
		}
	}
	if len(c.errs) == 0 {
		return nil
	}
	return c.errs.tidy()
}

// LintFiles lints the files that names stand for, as [Find] takes them, and
// tells how many there were. The error is one of the file system.
func LintFiles(names ...string) (found Errors, files int, err error) {
	if len(names) == 0 {
		names = List()
	}
	for _, name := range names {
		list, home, err := locate(name)
		if err != nil {
			return nil, 0, err
		}
		for _, file := range list {
			src, err := sourceOf(file, home)
			if err != nil {
				return nil, 0, err
			}
			found = append(found, Lint(file, nameOf(file), src)...)
			files++
		}
	}
	return found, files, nil
}

// sourceOf reads the text of a file of the catalogue or of the disk.
func sourceOf(file string, home home) ([]byte, error) {
	open := regular
	if home == inCatalog {
		open = Catalog().Open
	}
	f, err := open(file)
	if err != nil {
		return nil, fmt.Errorf("open the scenario: %w", err)
	}
	defer f.Close()
	return source(f, file)
}

// stands tells whether a node stands in the file itself, and not in a fragment.
func (c *compiler) stands(n *yaml.Node) bool { return n != nil && c.foreign[n] == nil }

// unusedCerts finds the certificates that no host shows, no sender has, nothing
// under web: needs and no used certificate either, in any world.
func (c *compiler) unusedCerts() {
	used := map[*yaml.Node]bool{}
	for _, r := range c.readers {
		words := map[string][]string{}
		for _, cert := range r.sc.Certs {
			for _, w := range cert.Spec.Words {
				_, value, _ := strings.Cut(w.Text, "=")
				words[cert.Label] = append(words[cert.Label], strings.Split(value, ",")...)
			}
		}
		var use func(label string)
		use = func(label string) {
			if n := r.certs[label]; n != nil && !used[n] {
				used[n] = true
				for _, w := range words[label] {
					use(w)
				}
			}
		}
		for _, m := range r.labels {
			use(m.name)
		}
		for _, res := range r.sc.Web {
			if p := res.Publication; p != nil {
				use(p.Of)
				use(p.SignedBy)
			}
		}
	}
	for _, r := range c.readers {
		for _, cert := range r.sc.Certs {
			if n := r.certs[cert.Label]; !used[n] && c.stands(n) {
				c.at(n, 0, "no host shows the certificate %s, and no other needs it; delete the line, or write the label behind an address under hosts:", cert.Label)
			}
		}
	}
}

// unreachedHosts finds the hosts that no name and no route leads to in any
// world.
func (c *compiler) unreachedHosts() {
	reached := map[*yaml.Node]bool{}
	for _, r := range c.readers {
		for _, h := range r.sc.Hops() {
			reached[r.hosts[h.Addr.Addr()]] = true
		}
		for _, rec := range r.sc.Zone.Records() {
			if addr, err := netip.ParseAddr(rec.Data); err == nil {
				reached[r.hosts[addr]] = true
			}
		}
	}
	for _, r := range c.readers {
		for _, h := range r.sc.Hosts {
			if n := r.hosts[h.Addr]; !reached[n] && c.stands(n) {
				c.at(n, 0, "no name and no route leads to the host at %v; delete the line, or add the record that has the address", h.Addr)
			}
		}
	}
}

// unnoticedFaults finds the faults of the DNS that concern no question of any
// mode.
func (c *compiler) unnoticedFaults() {
	noticed := map[*yaml.Node]bool{}
	for _, r := range c.readers {
		asked := r.asked()
		for i, f := range r.sc.Faults {
			noticed[r.faults[i]] = noticed[r.faults[i]] || asked[verify.Question{Name: f.Owner, Type: f.Type}]
		}
	}
	for _, r := range c.readers {
		for i, f := range r.sc.Faults {
			if n := r.faults[i]; !noticed[n] && c.stands(n) {
				c.at(n, 0, "no mode asks for %s %s, so that nobody notices this fault; write one of the names and types on the way from %s to its hosts",
					f.Owner, f.Type, r.sc.Domain)
			}
		}
	}
}

// asked gives the questions that some mode may ask.
func (r *reader) asked() map[verify.Question]bool {
	asked := map[verify.Question]bool{}
	hops, lookups := r.sc.reach()
	for q := range lookups {
		asked[q] = true
	}
	for _, h := range hops {
		if !h.Addr.IsValid() {
			continue
		}
		name := verify.ReverseName(h.Addr.Addr())
		asked[verify.Question{Name: name, Type: "PTR"}] = true
		for _, rec := range r.sc.Zone.Records() {
			if rec.Owner == name && rec.Type == "PTR" {
				asked[verify.Question{Name: bare(rec.Data), Type: "A"}] = true
				asked[verify.Question{Name: bare(rec.Data), Type: "AAAA"}] = true
			}
		}
	}
	return asked
}

// sameTurns finds a line of attempts: that says what the one before it says.
func (c *compiler) sameTurns() {
	for _, r := range c.readers {
		for _, h := range r.sc.Hosts {
			n := r.hosts[h.Addr]
			last := len(h.Attempts) - 1
			if last > 0 && h.Attempts[last].String() == h.Attempts[last-1].String() && c.stands(n) {
				c.at(n, 0, "the last two lines of attempts: are the same, and the last one stays anyway; delete one")
			}
			if len(h.Share) > 1 && !slices.ContainsFunc(h.Share, func(o fakemx.Host) bool { return o.String() != h.Share[0].String() }) && c.stands(n) {
				c.at(n, 0, "all lines of share: are the same; write one behind the address")
			}
		}
	}
}
