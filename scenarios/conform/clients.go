package conform

import (
	"strconv"
	"strings"
)

// openssl connects with openssl s_client, which checks a host name by the same
// function as Postfix, without Postfix's flag against stars within a label.
func openssl() Driver {
	return client{
		name: "openssl", title: "openssl s_client", program: "openssl", install: "openssl", probe: true, version: []string{"version"}, word: "OpenSSL",
		settings: []string{"encrypt", "verify"}, fits: map[string]string{"encrypt": "postfix/encrypt", "verify": "postfix/verify"}, stdin: "QUIT\r\n",
		args: func(t Task, a Ask) []string {
			args := []string{"s_client", "-connect", t.host().Addr.String(), "-starttls", "smtp", "-name", t.EHLO, "-noservername", "-CAfile", Roots, "-no-CApath", "-no-CAstore", "-brief"}
			if t.Cert {
				args = append(args, "-cert", SenderChain, "-cert_chain", SenderChain, "-key", SenderKey)
			}
			if v := t.MaxTLS; v != 0 {
				args = append(args, "-max_protocol", tlsName(v))
			}
			if a.Setting == "verify" {
				args = append(args, "-verify_hostname", t.host().Host, "-verify_return_error")
			}
			return args
		},
		read: func(a Ask, out string, ok bool) Trial {
			return connected(a, out, ok && strings.Contains(out, "CONNECTION ESTABLISHED"), a.Setting == "verify")
		},
	}.driver()
}

// gnutls connects with gnutls-cli, whose library Exim has in Debian.
func gnutls() Driver {
	return client{
		name: "gnutls-cli", title: "gnutls-cli", program: "gnutls-cli", install: "gnutls-bin", probe: true, version: []string{"--version"}, word: "gnutls-cli",
		settings: []string{"encrypt", "verify"}, fits: map[string]string{"encrypt": "exim/hosts-require-tls", "verify": "exim/require-and-verify"}, stdin: "QUIT\r\n",
		args: func(t Task, a Ask) []string {
			host := t.host()
			args := []string{"--starttls-proto=smtp", "--x509cafile=" + Roots}
			if a.Setting == "verify" {
				args = append(args, "--verify-hostname="+host.Host)
			} else {
				args = append(args, "--no-ca-verification")
			}
			if v := gnutlsVersions(t.MinTLS, t.MaxTLS); v != "" {
				args = append(args, "--priority=NORMAL:-VERS-ALL"+v)
			}
			if t.Cert {
				args = append(args, "--x509certfile="+SenderChain, "--x509keyfile="+SenderKey)
			}
			return append(args, "--port="+strconv.Itoa(int(host.Addr.Port())), host.Addr.Addr().String())
		},
		read: func(a Ask, out string, ok bool) Trial {
			trial := connected(a, out, strings.Contains(out, "Handshake was completed"), a.Setting == "verify")
			if a.Setting != "verify" {
				trial.Verified = "" // it was not asked to look
			}
			return trial
		},
	}.driver()
}

// posttlsFinger connects with posttls-finger(1), which shares its TLS with
// smtp(8).
func posttlsFinger() Driver {
	d := client{
		name: "posttls-finger", title: "posttls-finger(1)", program: "posttls-finger", install: "postfix", probe: true,
		settings: []string{"encrypt", "verify", "secure"}, fits: map[string]string{"encrypt": "postfix/encrypt", "verify": "postfix/verify", "secure": "postfix/secure"},
		args: func(t Task, a Ask) []string {
			args := []string{"-c", "-t", strconv.Itoa(5 * t.Patience), "-T", strconv.Itoa(5 * t.Patience), "-l", a.Setting, "-F", Roots, "-o", "myhostname=" + t.EHLO}
			if t.Cert {
				args = append(args, "-C", SenderChain, "-k", SenderChain, "-K", SenderKey)
			}
			return append(args, t.postfixNextHop(0))
		},
		read: func(a Ask, out string, _ bool) Trial {
			verified := strings.Contains(out, "Verified TLS connection established")
			return connected(a, out, verified || a.Setting == "encrypt" && strings.Contains(out, " TLS connection established"), verified)
		},
	}.driver()
	d.version = func(t Task) (string, error) { return firstLine("mail_version", "postconf", "-d", "mail_version") }
	return d
}

// swaks sends with swaks, which checks the chain and no name.
func swaks() Driver {
	return client{
		name: "swaks", title: "swaks", program: "swaks", install: "swaks", version: []string{"--version"}, word: "swaks version",
		settings: []string{"tls", "tls-verify"}, fits: map[string]string{"tls": "sendmail/encr", "tls-verify": "sendmail/verify"},
		args: func(t Task, a Ask) []string {
			host := t.host()
			args := []string{"--server", host.Addr.Addr().String(), "--port", strconv.Itoa(int(host.Addr.Port())), "--ehlo", t.EHLO, "--from", t.Sender(a), "--to", t.To, "--silent", "1", "--data", "@" + t.file(a)}
			switch a.Setting {
			case "tls":
				args = append(args, "-tls")
			case "tls-verify":
				args = append(args, "-tls", "--tls-verify", "--tls-ca-path", Roots)
			}
			if t.Cert {
				args = append(args, "--tls-cert", SenderChain, "--tls-key", SenderKey)
			}
			return args
		},
		read: func(a Ask, out string, ok bool) Trial {
			trial := sent(a, out, ok, false)
			trial.Verified = ""
			if strings.Contains(out, "TLS not available") {
				trial.Fate, trial.Err = "", "swaks has no TLS; install libnet-ssleay-perl"
			}
			return trial
		},
	}.driver()
}

// curl sends with curl, which checks names by a function of its own.
func curl() Driver {
	return client{
		name: "curl", title: "curl", program: "curl", install: "curl", version: []string{"--version"}, word: "curl",
		settings: []string{"plain", "insecure", "ssl-reqd"}, fits: map[string]string{"plain": "postfix/none", "insecure": "postfix/encrypt", "ssl-reqd": "postfix/verify"},
		args: func(t Task, a Ask) []string {
			host := t.host()
			to := host.Addr.Addr().String()
			if host.Addr.Addr().Is6() {
				to = "[" + to + "]"
			}
			args := []string{"--silent", "--show-error", "--connect-to", "::" + to + ":" + strconv.Itoa(int(host.Addr.Port())), "smtp://" + host.Host + ":25/" + t.EHLO,
				"--mail-from", t.Sender(a), "--mail-rcpt", t.To, "--upload-file", t.file(a), "--cacert", Roots, "--max-time", strconv.Itoa(20 * t.Patience)}
			switch a.Setting {
			case "insecure":
				args = append(args, "--ssl-reqd", "--insecure")
			case "ssl-reqd":
				args = append(args, "--ssl-reqd")
			}
			if t.Cert {
				args = append(args, "--cert", SenderChain, "--key", SenderKey)
			}
			return args
		},
		read: func(a Ask, out string, ok bool) Trial { return sent(a, out, ok, a.Setting == "ssl-reqd") },
	}.driver()
}
