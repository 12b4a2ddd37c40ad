package scenarios

import (
	"net/netip"
	"net/url"
	"strings"
)

// parseURL reads a URL under web: and gives it in the form in which one can be
// compared with another.
func parseURL(s string) (Resource, error) {
	const example = "write one such as http://crl.example.net/public.crl"
	u, err := url.Parse(s)
	switch {
	case strings.HasPrefix(strings.ToLower(s), "https:"):
		return Resource{}, wrong(0, "what is served here is signed by itself, and fetched without TLS; write http:")
	case err != nil || u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "":
		return Resource{}, wrong(0, "%q is no http URL; %s", clip(s), example)
	case u.Port() != "":
		return Resource{}, wrong(strings.Index(s, u.Host)+len(u.Host)-len(u.Port())-1, "a web host stands at port 80 only; write the URL without a port")
	}
	for i, r := range s {
		if r <= ' ' || r > '~' {
			return Resource{}, wrong(i, "%q may not stand in a URL; %s", r, example)
		}
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err != nil {
		if err := checkHost(word{host, strings.Index(s, u.Host)}); err != nil {
			return Resource{}, err
		}
	}
	return Resource{URL: canonicalURL(u), Host: host}, nil
}

// canonicalURL writes the host of a URL in lower case, and the path of the root
// where there is none (RFC 9110 section 4.2.3).
func canonicalURL(u *url.URL) string {
	return "http://" + strings.ToLower(strings.TrimSuffix(u.Host, ":80")) + u.RequestURI()
}
