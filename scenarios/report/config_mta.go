package report

import (
	"fmt"
	"io"
	"strings"
)

// configPostfix writes lines of main.cf; inline: is of Postfix 3.0, several
// destinations of a transport are of 3.5.
func configPostfix(w io.Writer, r route) {
	r.note(w, "#")
	var to, names []string
	for _, s := range r.stops {
		to = append(to, fmt.Sprintf("[%s]:%s", s.host, s.port))
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	match := r.domain + ":." + r.domain
	fmt.Fprintf(w, `# main.cf:
smtp_tls_CAfile = %s
smtp_tls_security_level = may
smtp_tls_loglevel = 1
transport_maps = inline:{ { %s = smtp:%s } }
# For a level that verifies; with verify in place of secure, and the names of
# the hosts: match=%s
smtp_tls_policy_maps = inline:{
`, r.roots, r.domain, strings.Join(to, ", "), strings.Join(names, ":"))
	for _, hop := range to {
		fmt.Fprintf(w, "    { %s = secure match=%s }\n", hop, match)
	}
	fmt.Fprintln(w, "    }")
}

// configExim writes a router and a transport.
func configExim(w io.Writer, r route) {
	r.note(w, "#")
	var to []string
	for _, s := range r.stops {
		to = append(to, colons(s.host)+"::"+s.port)
	}
	fmt.Fprintf(w, `# The router, behind "begin routers" and before all others. Hosts of this machine
# are no mistake here: self.
mxlab:
  driver = manualroute
  domains = %s
  transport = mxlab_smtp
  route_list = * "%s" byname
  self = send
  no_more

# The transport, behind "begin transports". The names of the certificate are
# compared with that of the host, which is an address here: inside mxlab exec
# tls_verify_cert_hostnames can stay as it is.
mxlab_smtp:
  driver = smtp
  tls_verify_certificates = %s
  tls_verify_hosts = *
  tls_verify_cert_hostnames = :
  hosts_require_tls = *
`, r.domain, strings.Join(to, " : "), r.roots)
}

// colons doubles those of an address in a list.
func colons(s string) string { return strings.ReplaceAll(s, ":", "::") }

// configExchange writes the commands of the management shell. A connector has
// one port for all its smart hosts.
func configExchange(w io.Writer, r route) {
	r.note(w, "#")
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	fmt.Fprintf(w, "# The authorities, one file for each certificate of %s:\n", r.roots)
	fmt.Fprintln(w, `# Import-Certificate -FilePath root.cer -CertStoreLocation Cert:\LocalMachine\Root`)
	for i, s := range r.stops {
		name, identity, cost := s.name, "mxlab "+r.domain, i+1
		if i > 0 {
			identity += fmt.Sprintf(" %d", cost)
		}
		if name == "" {
			name = r.domain
		}
		fmt.Fprintf(w, "New-SendConnector -Name %s -Usage Custom -AddressSpaces %s `\n  -DNSRoutingEnabled $false -SmartHosts %s -Port %s -SmartHostAuthMechanism None `\n  -RequireTLS $true -TlsAuthLevel DomainValidation -TlsDomain %s `\n  -ProtocolLoggingLevel Verbose\n",
			quote(identity), quote(fmt.Sprintf("SMTP:%s;%d", r.domain, min(cost, 100))), quote(bracketed(s.host)), s.port, quote(name))
	}
}

// bracketed gives an IPv4 address in brackets, as smart hosts are written.
func bracketed(host string) string { return "[" + host + "]" }

// configESA writes what to answer the commands of the appliance.
func configESA(w io.Writer, r route) {
	r.note(w, "#")
	var to []string
	for i, s := range r.stops {
		host := s.host
		if strings.Contains(host, ":") {
			host = bracketed(host)
		}
		to = append(to, fmt.Sprintf("%s:%s/pri=%d", host, s.port, 10*i))
	}
	fmt.Fprintf(w, `# The answers to each command, one a line. The appliance has to reach the
# addresses: serve them with --listen. Network, SMTP Routes has a column for the port.
smtproutes
  new
  %[1]s
  %[2]s

# Required - Verify; 1 to 6 as mxlab modes lists them.
destconfig
  new
  %[1]s
  Do you wish to apply a specific TLS setting for this domain?  y
  Do you want to use TLS support?                               5

# The authorities, into the custom list: Network, Certificates, Certificate Authorities
# %[3]s
commit
`, r.domain, strings.Join(to, ", "), r.roots)
}
