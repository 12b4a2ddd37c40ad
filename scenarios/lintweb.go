package scenarios

import (
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/pki"
)

// unnamedURLs finds what is served at URLs that no certificate names, and to
// which nothing redirects, in any world; and proxies that no sender has.
func (c *compiler) unnamedURLs() {
	named := map[*yaml.Node]bool{}
	for _, r := range c.readers {
		urls := map[string]bool{}
		for _, cert := range r.sc.Certs {
			for _, u := range urlsOf(cert.Spec) {
				urls[compared(u)] = true
			}
		}
		for _, res := range r.sc.Web {
			urls[res.Redirect] = true
		}
		for i, res := range r.sc.Web {
			named[r.web[i]] = named[r.web[i]] || urls[res.URL] || res.Proxy && res.Host == r.sc.Sender.Proxy
		}
	}
	for _, r := range c.readers {
		for i, res := range r.sc.Web {
			n := r.web[i]
			switch {
			case named[n] || !c.stands(n):
			case res.Proxy:
				c.at(n, 0, "no sender has the proxy %s; delete the line, or write \"proxy: %s\" under sender:", clip(res.Host), clip(res.Host))
			default:
				word := "crl="
				if p := res.Publication; p != nil {
					word = map[pki.Kind]string{pki.CRL: "crl=", pki.OCSP: "ocsp=", pki.CAIssuers: "aia="}[p.Kind]
				}
				c.at(n, 0, "no certificate names %s, so that nobody fetches this; delete the line, or write %s%s in the line of a certificate", clip(res.URL), word, clip(res.URL))
			}
		}
	}
}

// unservedURLs finds the URLs in certificates, and those to which something
// redirects, at which nothing is served; and proxies of senders that stand nowhere.
func (c *compiler) unservedURLs() {
	for _, r := range c.readers {
		serves := func(u string) bool {
			return slices.ContainsFunc(r.sc.Web, func(res Resource) bool { return res.URL == compared(u) })
		}
		for _, cert := range r.sc.Certs {
			n := r.certs[cert.Label]
			for _, u := range urlsOf(cert.Spec) {
				if !serves(u) && c.stands(n) {
					c.at(n, strings.Index(n.Value, u), "nothing is served at %s; add a line for it under web:, such as \"%s: status=404\"", clip(u), clip(compared(u)))
				}
			}
		}
		if p := r.sc.Sender.Proxy; p != "" && c.stands(r.proxy) && !slices.ContainsFunc(r.sc.Web, func(res Resource) bool { return res.Proxy && res.Host == p }) {
			c.at(r.proxy, 0, "no proxy stands at %s; add a line for it under web:, such as \"http://%s/: proxy\"", clip(p), clip(p))
		}
		for i, res := range r.sc.Web {
			if n := r.web[i]; res.Redirect != "" && !serves(res.Redirect) && c.stands(n) {
				c.at(n, strings.Index(n.Value, "redirect="), "nothing is served at %s; add a line for it under web:", clip(res.Redirect))
			}
		}
	}
}

// urlsOf gives every URL that a certificate names.
func urlsOf(s pki.Spec) []string { return slices.Concat(s.CRL, s.OCSP, s.AIA) }

// compared gives a URL of a certificate in the form that those under web: have.
func compared(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s // the grammar of certificate lines has refused it
	}
	return canonicalURL(u)
}
