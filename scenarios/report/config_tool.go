package report

import (
	"fmt"
	"io"
	"net"
)

// configSwaks writes a command for each host, which sends a message.
func configSwaks(w io.Writer, r route) {
	for _, s := range r.stops {
		heading(w, s)
		fmt.Fprintf(w, "swaks --to %s --from sender@client.example --ehlo client.example --server %s --port %s \\\n  --tls --tls-verify --tls-ca-path %s%s\n",
			shell("postmaster@"+r.domain), s.host, s.port, shell(r.roots), named(" --tls-sni ", s))
	}
	fmt.Fprintln(w, "# swaks verifies the chain, not the name; openssl verifies both.")
}

// configOpenSSL writes a command for each host, which opens TLS and ends.
func configOpenSSL(w io.Writer, r route) {
	for _, s := range r.stops {
		heading(w, s)
		names := ""
		if s.name != "" {
			names = " \\\n  -servername " + shell(s.name) + " -verify_hostname " + shell(s.name)
		}
		fmt.Fprintf(w, "openssl s_client -starttls smtp -connect %s \\\n  -CAfile %s -no-CApath -verify_return_error -brief%s </dev/null\n",
			net.JoinHostPort(s.host, s.port), shell(r.roots), names)
	}
}

func heading(w io.Writer, s stop) {
	if s.name != "" {
		fmt.Fprintf(w, "# %s\n", s.name)
	}
}

func named(option string, s stop) string {
	if s.name == "" {
		return ""
	}
	return option + shell(s.name)
}
