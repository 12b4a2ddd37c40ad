package scenarios

import (
	"net/netip"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakedns"
	"mxlab/verify"
)

// maxResources is how many lines web: may have.
const maxResources = 500

// readWeb reads what is fetched over HTTP; a URL of a higher layer takes the
// place of the same one below.
func (r *reader) readWeb() {
	const example = "http://crl.example.net/public.crl: crl issuer=public"
	var list []entry
	for _, n := range r.all("web") {
		list = overlaid(list, r.located(r.entries(n, "web:", example)))
	}
	var index map[string][]fakedns.Record
	if len(list) > 0 && r.sc.Zone != nil {
		index = r.sc.index()
	}
	connect := map[netip.Addr]*Resource{}
	for i, e := range list {
		if i == maxResources {
			r.at(e.key, 0, "web: has at most %d lines; leave those out that the incident does not need", maxResources)
			return
		}
		s, ok := r.scalar(e.value, "a line of web:", example)
		if !ok {
			continue
		}
		line, err := ParseWebLine(s)
		if err != nil {
			r.refuse(e.value, err)
			continue
		}
		r.checkPublication(e.value, line)
		res, _ := parseURL(e.key.Value) // located has read it
		res.WebLine = line
		if index == nil {
			continue // the mistake is in the zone
		}
		if res.Addrs = addresses(index, res.Host); len(res.Addrs) == 0 {
			r.at(e.key, 0, "the zone has no address of %s; add a record such as \"%s. 300 IN A 192.0.2.80\"", clip(res.Host), clip(res.Host))
			continue
		}
		for _, a := range res.Addrs {
			if before := connect[a]; before != nil && before.Connect != res.Connect {
				r.at(e.value, 0, "connect= is about a whole host, and %s is at %v too; write the same connect= in both lines, or in none", before.URL, a)
				break
			}
			connect[a] = &res
		}
		r.sc.Web, r.web = append(r.sc.Web, res), append(r.web, e.value)
	}
}

// located gives the entries whose keys are URLs, each once, with the key in the
// form in which it is compared.
func (r *reader) located(list []entry) (good []entry) {
	seen := map[string]*yaml.Node{}
	for _, e := range list {
		res, err := parseURL(e.key.Value)
		if err != nil {
			r.refuse(e.key, err)
			continue
		}
		if before := seen[res.URL]; before != nil {
			r.at(e.key, 0, "something is served at %s already, by line %d; keep one of them", clip(res.URL), before.Line)
			continue
		}
		seen[res.URL] = e.key
		key := *e.key
		key.Value = res.URL
		if home := r.foreign[e.key]; home != nil {
			r.foreign[&key] = home
		}
		good = append(good, entry{&key, e.value})
	}
	return good
}

// checkPublication looks for the lines that a publication refers to. With a
// certificate line missing, there is a mistake already.
func (r *reader) checkPublication(n *yaml.Node, line WebLine) {
	if line.Publication == nil || r.lab == nil {
		return
	}
	if err := r.lab.CheckPublication(*line.Publication); err != nil {
		offset, msg := place(err)
		r.refuse(n, wrong(strings.Index(line.Text, line.Publication.Words[0].Text)+offset, "%s", msg))
	}
}

// addresses gives the addresses of a name in the zone, IPv4 first; of an
// address, that.
func addresses(index map[string][]fakedns.Record, host string) []netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}
	}
	var all []netip.Addr
	for _, t := range []string{"A", "AAAA"} {
		all = append(all, answer(index, verify.Question{Name: host, Type: t}).Addrs...)
	}
	return all
}
