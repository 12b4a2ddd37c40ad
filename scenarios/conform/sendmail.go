package conform

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"mxlab/scenarios"
	"mxlab/verify"
)

// sendmail drives sendmail in the foreground (-odi). Each setting has a
// configuration made by m4, an access map and a queue of its own.
func sendmail() Driver {
	return Driver{
		Name: "sendmail", Title: "sendmail", Install: "install sendmail, or give --trees", Product: "sendmail",
		Settings: []string{"opportunistic", "encr", "verify", "verify-cn"},
		Options:  []string{"tls-fallback-to-clear"},
		Shuffles: true,
		Here:     findSendmail,
		version: func(t Task) (string, error) {
			_, path, _ := findSendmail(t.Trees)
			return firstLine("Version", path, "-d0.1", "-C", "/dev/null", "-bv", "-h")
		},
		Except: func(s *scenarios.Scenario, _ string) string { return hangs(s) },
		send:   sendSendmail,
	}
}

func findSendmail(trees string) (place, string, error) {
	return find(trees, "sendmail", "/usr/libexec/sendmail/sendmail", "/usr/lib/sm.bin/sendmail")
}

func sendSendmail(ctx context.Context, t Task) ([]Trial, error) {
	root, path, err := findSendmail(t.Trees)
	if err != nil {
		return nil, err
	}
	if err := t.hasten(); err != nil {
		return nil, err
	}
	for user, id := range map[string]int{"smmta": 60131, "smmsp": 60132} {
		if _, err := addUser(user, user, id, "/var/lib/sendmail"); err != nil {
			return nil, err
		}
	}
	for _, a := range t.Asks {
		if err := t.prepareSendmail(ctx, root, filepath.Dir(path), a); err != nil {
			return nil, fmt.Errorf("configure sendmail: %w", err)
		}
	}
	if t.Cert {
		// It refuses a key that others can read.
		if err := errors.Join(os.Chmod(SenderKey, 0o600), writeCAs()); err != nil {
			return nil, err
		}
	}
	log, err := listen()
	if err != nil {
		return nil, err
	}
	ctx, cancel := t.within(ctx)
	defer cancel()
	trials := make([]Trial, len(t.Asks))
	var sending sync.WaitGroup
	for i, a := range t.Asks {
		sending.Go(func() {
			cmd := exec.CommandContext(ctx, path, "-C", sendmailFile(a, "cf"), "-L", "m-"+a.Label, "-odi", "-oi", "-G", "-f", t.Sender(a), t.To)
			cmd.Stdin = strings.NewReader(t.message(a))
			cmd.WaitDelay = time.Second
			out, err := cmd.CombinedOutput()
			lines := log.end()
			if trials[i] = t.readSendmail(a, lines); trials[i].Fate == "" {
				trials[i].Err = fmt.Sprintf("its log tells no end: %v: %s", err, bytes.TrimSpace(out))
				trials[i].Said = lines
			}
		})
	}
	sending.Wait()
	return trials, nil
}

func sendmailFile(a Ask, kind string) string { return "/etc/mail/" + a.Label + "." + kind }

// prepareSendmail makes the files of a setting.
func (t Task) prepareSendmail(ctx context.Context, root place, programs string, a Ask) error {
	if err := (account{}).folder("/etc/mail", 0o755); err != nil {
		return err
	}
	if err := (account{}).folder("/var/spool/mqueue-"+a.Label, 0o700); err != nil {
		return err
	}
	access := map[string]string{"encr": "ENCR:112", "verify": "VERIFY", "verify-cn": "VERIFY:0+CN"}[a.Setting]
	if access != "" {
		access = "TLS_Srv:\t" + access + "\n"
	}
	makemap := exec.CommandContext(ctx, programs+"/makemap", "-C", "/dev/null", "hash", sendmailFile(a, "access"))
	makemap.Stdin = strings.NewReader(access)
	if out, err := makemap.CombinedOutput(); err != nil {
		return fmt.Errorf("makemap: %w: %s", err, bytes.TrimSpace(out))
	}
	if err := os.WriteFile(sendmailFile(a, "mc"), []byte(t.sendmailMC(a)), 0o644); err != nil {
		return err
	}
	cf := root.of("/usr/share/sendmail/cf/")
	text, err := exec.CommandContext(ctx, "m4", "-D_CF_DIR_="+cf, cf+"m4/cf.m4", sendmailFile(a, "mc")).Output()
	if err != nil {
		return fmt.Errorf("m4: %w; install m4", err)
	}
	return os.WriteFile(sendmailFile(a, "cf"), text, 0o644)
}

// sendmailCAs is the file of the authorities that it trusts.
func (t Task) sendmailCAs() string {
	if t.Cert {
		return ownCAs
	}
	return Roots
}

// Of the file of its certificate sendmail sends the first. What stands between that
// and a root it finds among the authorities.
const ownCAs = "/etc/mxlab/sendmail-cas.pem"

func writeCAs() error {
	roots, err := os.ReadFile(Roots)
	if err != nil {
		return err
	}
	chain, err := os.ReadFile(SenderChain)
	if err != nil {
		return err
	}
	const end = "-----END CERTIFICATE-----\n"
	_, above, _ := strings.Cut(string(chain), end)
	return os.WriteFile(ownCAs, append(roots, above...), 0o644)
}

// sendmailMC is a configuration for m4. What is not here is as sendmail has it.
func (t Task) sendmailMC(a Ask) string {
	define := func(name, value string) string { return fmt.Sprintf("define(`%s', `%s')dnl", name, value) }
	lines := []string{
		"OSTYPE(`linux')dnl",
		define("QUEUE_DIR", "/var/spool/mqueue-"+a.Label), define("STATUS_FILE", ""), define("HELP_FILE", ""), define("ALIAS_FILE", ""),
		define("confPID_FILE", "/run/"+a.Label+".pid"), define("confDOMAIN_NAME", t.EHLO), define("confDEF_USER_ID", "nobody"),
		define("confCACERT", t.sendmailCAs()), define("confCACERT_PATH", "/etc/ssl/certs"),
		"FEATURE(`access_db', `hash " + sendmailFile(a, "access") + "')dnl",
		// It looks up every domain in a header; the world knows that of the recipient.
		"LOCAL_DOMAIN(`" + t.From + "')dnl", "FEATURE(`nocanonify')dnl", "CANONIFY_DOMAIN(`" + t.Domain + "')dnl",
	}
	// The time-outs of the Installation and Operation Guide, in proportion. No host
	// keeps anybody waiting for longer than a quarter of an hour without an end.
	const long = 15 * time.Minute
	for phase, own := range map[string]time.Duration{"CONNECT": 127 * time.Second, "ICONNECT": 127 * time.Second, "INITIAL": 5 * time.Minute, "HELO": 5 * time.Minute,
		"MAIL": 10 * time.Minute, "RCPT": long, "DATAINIT": 5 * time.Minute, "DATABLOCK": long, "DATAFINAL": long, "RSET": 5 * time.Minute, "QUIT": 2 * time.Minute,
		"MISC": 2 * time.Minute, "COMMAND": long, "STARTTLS": long} {
		lines = append(lines, define("confTO_"+phase, t.secs(own)))
	}
	if t.Cert {
		lines = append(lines, define("confCLIENT_CERT", SenderChain), define("confCLIENT_KEY", SenderKey))
	}
	if a.Options["tls-fallback-to-clear"] == "yes" {
		lines = append(lines, define("confTLS_FALLBACK_TO_CLEAR", "true"))
	}
	if len(t.Routes) > 0 {
		hosts, port := sendmailRoutes(t.Routes)
		lines = append(lines, define("SMART_HOST", "esmtp:"+hosts))
		if port != 0 {
			lines = append(lines, define("ESMTP_MAILER_ARGS", fmt.Sprintf("TCP $h %d", port)))
		}
	}
	lines = append(lines, "MAILER(`smtp')dnl")
	if off := sendmailVersions(t.MinTLS, t.MaxTLS); off != "" {
		lines = append(lines, "LOCAL_CONFIG", "O ClientSSLOptions=+SSL_OP_NO_SSLv2"+off)
	}
	return strings.Join(lines, "\n") + "\n"
}

// sendmailRoutes are the hosts of a SMART_HOST, without a look at MX records where
// an address is given, and the port of the first.
func sendmailRoutes(routes []verify.Route) (hosts string, port uint16) {
	var all []string
	for _, r := range byPriority(routes) {
		host := r.Name
		if host == "" {
			host = r.Addr.String()
			if r.Addr.Is6() {
				host = "IPv6:" + host
			}
			host = "[" + host + "]"
		}
		if port == 0 && r.Port != 25 {
			port = r.Port
		}
		all = append(all, host)
	}
	return strings.Join(all, ":"), port
}

// sendmailVersions switches versions off.
func sendmailVersions(low, high uint16) (text string) {
	if low == 0 && high == 0 {
		return ""
	}
	for v, name := range map[uint16]string{tls.VersionTLS10: "TLSv1", tls.VersionTLS11: "TLSv1_1", tls.VersionTLS12: "TLSv1_2", tls.VersionTLS13: "TLSv1_3"} {
		if v < low || high != 0 && v > high {
			text += " +SSL_OP_NO_" + name
		}
	}
	return text
}

var sendmailStat = regexp.MustCompile(`\bto=<?([^,>]*)>?, .*\bdsn=([^,]+),(?: reply=.*,)? stat=(.*)$`)

// readSendmail reads what the log says of a message.
func (t Task) readSendmail(a Ask, lines []string) Trial {
	trial := Trial{Label: a.Label}
	check := No
	for _, line := range lines {
		ident, text, ok := strings.Cut(line, ": ")
		if ident, _, _ = strings.Cut(ident, "["); !ok || ident != "m-"+a.Label {
			continue
		}
		m := sendmailStat.FindStringSubmatch(text)
		if m != nil && m[1] != t.To {
			continue
		}
		trial.Said = append(trial.Said, text)
		switch {
		case strings.Contains(text, "STARTTLS=client, relay="):
			check = No
			// Alone it tells of the chain; that the name fits is asked for by VERIFY+CN.
			if a.Setting == "verify-cn" && strings.Contains(text, "verify=OK") {
				check = Yes
			}
		case m == nil:
		case strings.HasPrefix(m[3], "Sent"):
			trial.Fate, trial.Verified = Sent, check
		case strings.HasPrefix(m[2], "5") && !strings.HasPrefix(m[3], "Deferred"):
			trial.Fate = Bounced
		default:
			trial.Fate = Deferred // the last line counts: there is one for each host that refused
		}
	}
	return trial
}
