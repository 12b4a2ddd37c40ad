package conform

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/verify"
)

// exim drives Exim in the foreground (-odi). Each setting has a configuration and
// a spool of its own, so that no hint about a host passes from one to the other.
func exim() Driver {
	return Driver{
		Name: "exim", Title: "Exim", Install: "install exim4-daemon-heavy, or give --trees", Product: "exim",
		Settings: []string{"as-shipped", "hosts-require-tls", "tls-verify-hosts", "require-and-verify"},
		Shuffles: true, // host_find_bydns puts a random number behind each preference
		Here:     findExim,
		version: func(t Task) (string, error) {
			_, path, _ := findExim(t.Trees)
			if _, err := eximUser(); err != nil {
				return "", err
			}
			return firstLine("Exim version", path, "-C", "/dev/null", "-bV")
		},
		Except: func(s *scenarios.Scenario, _ string) string {
			if silentInside(s) {
				return "inside TLS 1.3, once a session ticket has come, Exim waits for the host without a time-out"
			}
			return hangs(s)
		},
		send: sendExim,
	}
}

// silentInside reports whether a host falls silent at EHLO inside TLS.
func silentInside(s *scenarios.Scenario) bool {
	return slices.ContainsFunc(s.Hosts, func(h scenarios.Host) bool {
		return slices.ContainsFunc(h.Lines(), func(l fakemx.Host) bool { return strings.Contains(l.String(), "tls-ehlo=silent") })
	})
}

func eximUser() (account, error) {
	return addUser("Debian-exim", "Debian-exim", 60111, "/var/spool/exim4")
}

func findExim(trees string) (place, string, error) {
	return find(trees, "exim4", "/usr/sbin/exim4", "/usr/sbin/exim")
}

// trusted lists the configurations that root may name without losing its rights,
// in Debian's build.
const trusted = "/etc/exim4/trusted_configs"

func sendExim(ctx context.Context, t Task) ([]Trial, error) {
	_, path, err := findExim(t.Trees)
	if err != nil {
		return nil, err
	}
	if err := t.hasten(); err != nil {
		return nil, err
	}
	owner, err := eximUser()
	if err != nil {
		return nil, err
	}
	if err := (account{}).folder("/etc/exim4", 0o755); err != nil {
		return nil, err
	}
	var list string
	for _, a := range t.Asks {
		list += eximConfig(a) + "\n"
		if err := os.WriteFile(eximConfig(a), []byte(t.exim(path, a)), 0o644); err != nil {
			return nil, err
		}
		if err := owner.folder(eximSpool(a), 0o750); err != nil {
			return nil, err
		}
	}
	os.Remove(trusted)
	if err := os.WriteFile(trusted, []byte(list), 0o644); err != nil {
		return nil, err
	}
	ctx, cancel := t.within(ctx)
	defer cancel()
	trials := make([]Trial, len(t.Asks))
	var sending sync.WaitGroup
	for i, a := range t.Asks {
		sending.Go(func() {
			cmd := exec.CommandContext(ctx, path, "-C", eximConfig(a), "-odi", "-oi", "-f", t.Sender(a), t.To)
			cmd.Stdin = strings.NewReader(t.message(a))
			cmd.WaitDelay = time.Second
			out, err := cmd.CombinedOutput()
			lines := readLines(eximSpool(a) + "/log/mainlog")
			trials[i] = readExim(a.Label, lines)
			if trials[i].Fate == "" {
				trials[i].Err = fmt.Sprintf("its log tells no end: %v: %s", err, bytes.TrimSpace(out))
				trials[i].Said = lines
			}
		})
	}
	sending.Wait()
	return trials, nil
}

func eximConfig(a Ask) string { return "/etc/exim4/" + a.Label + ".conf" }
func eximSpool(a Ask) string  { return "/var/spool/exim-" + a.Label }

// exim is a configuration.
func (t Task) exim(path string, a Ask) string {
	lines := []string{
		"exim_path = " + path, "primary_hostname = " + t.EHLO, "qualify_domain = " + t.From,
		"spool_directory = " + eximSpool(a), "log_file_path = " + eximSpool(a) + "/log/%slog", "exim_user = Debian-exim", "exim_group = Debian-exim",
		"never_users =", "keep_environment =", "split_spool_directory = false",
		"log_selector = +tls_certificate_verified +tls_cipher +tls_peerdn",
		// What Exim itself sends is for nobody.
		"begin routers",
		"own:", "  driver = redirect", "  senders = :", "  data = :blackhole:", "  allow_fail", "  user = Debian-exim",
	}
	if len(t.Routes) > 0 {
		lines = append(lines, "routed:", "  driver = manualroute", "  route_list = * \"<+ "+t.eximRoutes()+"\"", "  transport = smtp", "  no_more")
	} else {
		lines = append(lines, "mx:", "  driver = dnslookup", "  domains = ! localhost", "  transport = smtp", "  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8", "  no_more")
	}
	lines = append(lines, "begin transports", "smtp:", "  driver = smtp",
		"  connect_timeout = "+t.secs(5*time.Minute), "  command_timeout = "+t.secs(5*time.Minute), "  data_timeout = "+t.secs(5*time.Minute), "  final_timeout = "+t.secs(10*time.Minute))
	switch a.Setting {
	case "hosts-require-tls":
		lines = append(lines, "  hosts_require_tls = *")
	case "tls-verify-hosts":
		lines = append(lines, "  tls_verify_hosts = *")
	case "require-and-verify":
		lines = append(lines, "  hosts_require_tls = *", "  tls_verify_hosts = *")
	}
	if t.Cert {
		lines = append(lines, "  tls_certificate = "+SenderChain, "  tls_privatekey = "+SenderKey)
	}
	if v := gnutlsVersions(t.MinTLS, t.MaxTLS); v != "" {
		lines = append(lines, "  tls_require_ciphers = NORMAL:-VERS-ALL"+v)
	}
	return strings.Join(append(lines, "begin retry", "* * F,2h,15m; G,16h,1h,1.5; F,4d,6h"), "\n") + "\n"
}

// eximRoutes are the hosts of a manualroute router, whose list has + between its
// items. The MX records of a host are asked for where there are some: without any
// the router would give up.
func (t Task) eximRoutes() string {
	var hosts []string
	for _, r := range byPriority(t.Routes) {
		host := r.Name
		if host == "" {
			host = r.Addr.String()
		} else if slices.Contains(t.MXs, r.Name) {
			host += "/MX"
		}
		if r.Port != 0 && r.Port != 25 {
			if r.Name == "" && r.Addr.Is6() {
				host = "[" + host + "]"
			}
			host += fmt.Sprintf(":%d", r.Port)
		}
		hosts = append(hosts, host)
	}
	return strings.Join(hosts, " + ")
}

// gnutlsVersions are versions in a priority string of GnuTLS.
func gnutlsVersions(low, high uint16) (text string) {
	if low == 0 && high == 0 {
		return ""
	}
	for v := uint16(0x0301); v <= 0x0304; v++ {
		if v >= low && (high == 0 || v <= high) {
			text += fmt.Sprintf(":+VERS-TLS1.%d", v-0x0301)
		}
	}
	return text
}

var eximMarks = map[string]Fate{"=>": Sent, "==": Deferred, "**": Bounced}

// readExim reads what the main log says of the only message that is somebody's.
func readExim(name string, lines []string) Trial {
	trial := Trial{Label: name}
	id := ""
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) < 4 {
			continue
		}
		if words[3] == "<=" && words[4] != "<>" && id == "" {
			id = words[2]
		}
		text := strings.Join(words[2:], " ")
		if id != "" && words[2] == id {
			text = strings.Join(words[3:], " ")
		}
		if words[3] == "<=" || words[3] == "Completed" || id != "" && words[2] != id && len(words) > 4 && (eximMarks[words[3]] != "" || words[3] == "<=") {
			continue
		}
		trial.Said = append(trial.Said, text)
		fate := eximMarks[words[3]]
		if fate == "" || words[2] != id {
			continue
		}
		trial.Fate = fate
		trial.Verified = ""
		if fate == Sent {
			trial.Verified = No
			if strings.Contains(text, " CV=yes") || strings.Contains(text, " CV=dane") {
				trial.Verified = Yes
			}
		} else {
			trial.Reason = told(eximTold, text)
		}
	}
	return trial
}

// What Exim writes about a message that it keeps or returns.
var eximTold = []telling{
	{regexp.MustCompile(`an MX record indicated no SMTP service|does not accept mail|no SMTP service`), verify.NullMX},
	{regexp.MustCompile(`host lookup did not complete|lookup .*gave TRY_AGAIN`), verify.DNSFailure},
	{regexp.MustCompile(`a TLS session is required, but the server did not offer TLS support`), verify.STARTTLSNotSupported},
	{regexp.MustCompile(`SMTP error from remote mail server after initial connection`), verify.GreetingRefused},
	{regexp.MustCompile(`SMTP error from remote mail server after`), verify.SMTPRefused},
	{regexp.MustCompile(`\(gnutls_handshake\): timed out`), verify.ValidationFailure},
	{regexp.MustCompile(`Connection refused|Connection timed out|timed out|Network is unreachable|Remote host closed connection|Connection reset`), verify.Unreachable},
}
