package report

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"

	"mxlab/internal/nearest"
	"mxlab/scenarios/serve"
)

// Clients lists the software for which Configuration is ready.
func Clients() []string {
	return []string{"postfix", "exim", "exchange", "esa", "swaks", "openssl"}
}

// Configuration writes what to tell a client, so that it sends the domain's mail
// to where a world is served. The error says what is wrong with the client's
// name, or that there is no host to send to.
func Configuration(w io.Writer, client string, t serve.Table) error {
	write, ok := map[string]func(io.Writer, route){
		"postfix": configPostfix, "exim": configExim, "exchange": configExchange, "esa": configESA, "swaks": configSwaks, "openssl": configOpenSSL,
	}[client]
	if !ok {
		return fmt.Errorf("there is no configuration for %q; write one of %s%s", client, strings.Join(Clients(), ", "), nearest.Hint(client, Clients()...))
	}
	r := route{domain: t.Domain, dns: t.DNS, roots: t.Roots, name: t.Scenario}
	for _, h := range t.Hops {
		if h.At == "" {
			continue // every connection is refused: it has no port
		}
		host, port, err := net.SplitHostPort(h.At)
		if err != nil {
			return fmt.Errorf("read where %s stands: %w", h.Name, err)
		}
		hop := stop{name: h.Name, host: host, port: port}
		if _, err := netip.ParseAddr(h.Name); err == nil {
			hop.name = ""
		}
		if !slices.Contains(r.stops, hop) {
			r.stops = append(r.stops, hop)
		}
	}
	if len(r.stops) == 0 {
		return fmt.Errorf("the mail for %s leads to no host that takes connections, so that nothing can be configured", t.Domain)
	}
	write(w, r)
	return nil
}

// A route is the way of a domain's mail.
type route struct {
	name, domain, dns, roots string
	stops                    []stop // in the order in which senders try them, never none
}

// A stop is one place on it.
type stop struct{ name, host, port string }

// note is what every client that cannot be told a port of the DNS has to know.
func (r route) note(w io.Writer, mark string) {
	fmt.Fprintf(w, `%[1]s The mail for %[2]s, as %[3]s has it. The route takes the place of its MX records:
%[1]s the DNS server answers at %[4]s, and resolv.conf knows no port but 53. To try
%[1]s what depends on the DNS, run the program inside: mxlab exec %[3]s -- PROGRAM
`, mark, r.domain, r.name, r.dns)
}

// shell quotes a word for a shell.
func shell(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:@%,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
