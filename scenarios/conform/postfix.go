package conform

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"mxlab/scenarios"
	"mxlab/verify"
)

// postfix drives smtp(8): one transport for each setting, chosen by the sender,
// in one instance.
func postfix() Driver {
	return Driver{
		Name: "postfix", Title: "Postfix smtp(8)", Install: "install postfix", Product: "postfix",
		Settings: []string{"none", "may", "encrypt", "verify", "secure", "fingerprint"},
		Here:     findPostfix,
		version: func(t Task) (string, error) {
			root, _, _ := findPostfix(t.Trees)
			return firstLine("mail_version", root.of("/usr/sbin/postconf"), "-d", "mail_version")
		},
		Except: func(s *scenarios.Scenario, _ string) string { return hangs(s) },
		send:   sendPostfix,
	}
}

func findPostfix(trees string) (place, string, error) {
	return find(trees, "postfix", "/usr/lib/postfix/sbin/master", "/usr/libexec/postfix/master")
}

const postfixLog = "/var/log/postfix.log"

// submission is where it takes messages.
const submission = "127.0.0.1:10025"

func sendPostfix(ctx context.Context, t Task) ([]Trial, error) {
	root, master, err := findPostfix(t.Trees)
	if err != nil {
		return nil, err
	}
	ctx, cancel := t.within(ctx)
	defer cancel()
	if err := t.hasten(); err != nil {
		return nil, err
	}
	if err := t.preparePostfix(root, master); err != nil {
		return nil, fmt.Errorf("prepare Postfix: %w", err)
	}
	cmd := exec.Command(master, "-c", "/etc/postfix", "-d")
	cmd.Env = append(os.Environ(), "MAIL_CONFIG=/etc/postfix", "LD_LIBRARY_PATH="+root.of("/usr/lib/postfix"))
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer cmd.Process.Kill()
	if err := t.submit(ctx, ended); err != nil {
		return nil, fmt.Errorf("%w: %s %s", err, said.String(), strings.Join(readLines(postfixLog), "\n"))
	}
	lines := follow(ctx, postfixLog, func(lines []string) bool {
		return !slices.ContainsFunc(t.Asks, func(a Ask) bool { return readPostfix(a.Label, lines).Fate == "" })
	})
	var all []Trial
	for _, a := range t.Asks {
		trial := readPostfix(a.Label, lines)
		if trial.Fate == "" {
			trial.Err = "its log tells no end"
			trial.Said = lines
		}
		all = append(all, trial)
	}
	return all, nil
}

// submit hands all messages in by SMTP, as soon as the server is there.
func (t Task) submit(ctx context.Context, ended <-chan error) error {
	var conn net.Conn
	err := errors.New("it takes no message")
	until(ctx, func() bool {
		select {
		case end := <-ended:
			err = fmt.Errorf("it ended at once: %v", end)
			return true
		default:
		}
		if conn, err = net.Dial("tcp", submission); err != nil {
			err = fmt.Errorf("it takes no message: %w", err)
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	return t.handIn(conn)
}

func (t Task) handIn(conn net.Conn) error {
	c, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		return err
	}
	for _, a := range t.Asks {
		if err := errors.Join(c.Mail(t.Sender(a)), c.Rcpt(t.To)); err != nil {
			return fmt.Errorf("it does not take %s: %w", a.Mode, err)
		}
		w, err := c.Data()
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(t.message(a))); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return c.Quit()
}

// preparePostfix writes the configuration and the queue.
func (t Task) preparePostfix(root place, master string) error {
	owner, err := addUser("postfix", "postfix", 60101, "/var/spool/postfix")
	if err != nil {
		return err
	}
	drop, err := addUser("postfix", "postdrop", 60102, "/var/spool/postfix")
	if err != nil {
		return err
	}
	super := account{}
	if err := super.folder("/var/spool/postfix", 0o755); err != nil {
		return err
	}
	queue := account{owner.uid, 0}
	for _, dir := range []string{"active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"} {
		if err := queue.folder("/var/spool/postfix/"+dir, 0o700); err != nil {
			return err
		}
	}
	drop.uid = owner.uid
	for _, dir := range []string{"maildrop", "public"} {
		if err := drop.folder("/var/spool/postfix/"+dir, 0o730); err != nil {
			return err
		}
	}
	if err := super.folder("/var/spool/postfix/pid", 0o755); err != nil {
		return err
	}
	if err := owner.folder("/var/lib/postfix", 0o755); err != nil {
		return err
	}
	if err := super.folder("/etc/postfix", 0o755); err != nil {
		return err
	}
	daemons := master[:strings.LastIndex(master, "/")]
	senders, services := t.postfixTransports()
	files := map[string]string{
		"main.cf":   strings.Join(t.postfixMain(root, daemons), "\n") + "\n",
		"master.cf": strings.Join(append(postfixServices(), services...), "\n") + "\n",
		"senders":   senders,
	}
	for name, text := range files {
		path := "/etc/postfix/" + name
		os.Remove(path)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// postfixMain is main.cf. What is not here is as Postfix has it.
func (t Task) postfixMain(root place, daemons string) []string {
	lines := []string{
		"compatibility_level = 3.6",
		"maillog_file = " + postfixLog,
		"mail_owner = postfix", "setgid_group = postdrop", "default_privs = nobody",
		"daemon_directory = " + daemons, "command_directory = " + root.of("/usr/sbin"), "shlib_directory = " + root.of("/usr/lib/postfix"),
		"queue_directory = /var/spool/postfix", "data_directory = /var/lib/postfix",
		"import_environment = MAIL_CONFIG LD_LIBRARY_PATH",
		"myhostname = " + t.EHLO, "mydomain = " + t.From, "myorigin = " + t.From,
		"mydestination =", "alias_maps =", "alias_database =", "local_recipient_maps =", "mynetworks = 127.0.0.0/8", "inet_interfaces = all", "inet_protocols = all",
		"smtpd_peername_lookup = no", "smtpd_relay_restrictions = permit_mynetworks, reject", "smtpd_recipient_restrictions =", "in_flow_delay = 0",
		// Whose setting a message is sent under its sender tells; what Postfix itself
		// sends is nobody's.
		"default_transport = discard:", "sender_dependent_default_transport_maps = texthash:/etc/postfix/senders",
		// The order of hosts is that of the zone.
		"smtp_randomize_addresses = no",
		"smtp_tls_CAfile = " + Roots, "smtp_tls_loglevel = 1", "smtp_tls_fingerprint_digest = sha256",
		// The time-outs of postconf(5), in proportion.
		"smtp_connect_timeout = " + t.secs(30*time.Second),
		"smtp_data_init_timeout = " + t.secs(2*time.Minute), "smtp_data_xfer_timeout = " + t.secs(3*time.Minute), "smtp_data_done_timeout = " + t.secs(10*time.Minute),
	}
	for _, phase := range []string{"helo", "starttls", "mail", "rcpt", "quit"} {
		lines = append(lines, "smtp_"+phase+"_timeout = "+t.secs(5*time.Minute))
	}
	if t.Cert {
		lines = append(lines, "smtp_tls_cert_file = "+SenderChain, "smtp_tls_key_file = "+SenderKey)
	}
	if v := postfixVersions(t.MinTLS, t.MaxTLS); v != "" {
		lines = append(lines, "smtp_tls_protocols = "+v, "smtp_tls_mandatory_protocols = "+v)
	}
	return lines
}

// postfixVersions is a list of protocols as smtp_tls_protocols has it since
// Postfix 3.6.
func postfixVersions(low, high uint16) string {
	var words []string
	if low != 0 {
		words = append(words, ">="+tlsName(low))
	}
	if high != 0 {
		words = append(words, "<="+tlsName(high))
	}
	return strings.Join(words, ", ")
}

// tlsName is a version as OpenSSL writes it.
func tlsName(v uint16) string {
	switch v {
	case tls.VersionTLS10:
		return "TLSv1"
	case tls.VersionTLS11:
		return "TLSv1.1"
	case tls.VersionTLS12:
		return "TLSv1.2"
	}
	return "TLSv1.3"
}

// postfixServices is master.cf without the transports.
func postfixServices() []string {
	lines := []string{
		submission + " inet n - n - - smtpd -o syslog_name=postfix-in",
		"postlog unix-dgram n - n - 1 postlogd",
	}
	for name, rest := range map[string]string{
		"cleanup": "unix n - n - 0 cleanup", "qmgr": "unix n - n 300 1 qmgr", "tlsmgr": "unix - - n 1000? 1 tlsmgr", "rewrite": "unix - - n - - trivial-rewrite",
		"bounce": "unix - - n - 0 bounce", "defer": "unix - - n - 0 bounce", "trace": "unix - - n - 0 bounce", "flush": "unix n - n 1000? 0 flush",
		"proxymap": "unix - - n - - proxymap", "error": "unix - - n - - error", "retry": "unix - - n - - error", "discard": "unix - - n - - discard",
		"anvil": "unix - - n - 1 anvil", "scache": "unix - - n - 1 scache",
	} {
		lines = append(lines, name+" "+rest)
	}
	return lines
}

// postfixTransports gives the map of senders, and a transport for each.
func (t Task) postfixTransports() (senders string, services []string) {
	for _, a := range t.Asks {
		senders += fmt.Sprintf("%s t-%s:%s\n", t.Sender(a), a.Label, postfixNextHop(t.Routes))
		policy := a.Setting
		if a.Setting == "fingerprint" {
			for _, print := range fingerprints() {
				policy += " match=" + print
			}
		}
		services = append(services, fmt.Sprintf("t-%[1]s unix - - n - - smtp -o syslog_name=%[2]s -o { smtp_tls_policy_maps = static:{%[3]s} }", a.Label, postfixIdent(a.Label), policy))
	}
	return senders, services
}

func postfixIdent(label string) string { return "t-" + label }

// fingerprints are those of the certificates that the sender knows.
func fingerprints() (all []string) {
	list, err := known()
	if err != nil {
		return nil
	}
	for _, c := range list {
		sum := sha256.Sum256(c.Raw)
		var hex []string
		for _, b := range sum {
			hex = append(hex, fmt.Sprintf("%02X", b))
		}
		all = append(all, strings.Join(hex, ":"))
	}
	return all
}

// postfixNextHop writes SMTP routes as a next hop: names without a look at MX
// records, in their order.
func postfixNextHop(routes []verify.Route) string {
	var hops []string
	for _, r := range byPriority(routes) {
		name, port := r.Name, r.Port
		if name == "" {
			name = r.Addr.String()
			if r.Addr.Is6() {
				name = "ipv6:" + name
			}
			name = "[" + name + "]"
		}
		if port != 0 && port != 25 {
			name += fmt.Sprintf(":%d", port)
		}
		hops = append(hops, name)
	}
	return strings.Join(hops, ", ")
}

func byPriority(routes []verify.Route) []verify.Route {
	return slices.SortedStableFunc(slices.Values(routes), func(a, b verify.Route) int { return a.Priority - b.Priority })
}

var postfixStatus = regexp.MustCompile(` to=<[^>]*>, .*status=(sent|deferred|bounced) (.*)$`)

// readPostfix reads what the log says of a message.
func readPostfix(label string, lines []string) Trial {
	trial := Trial{Label: label}
	ident := postfixIdent(label) + "/"
	level := ""
	for _, line := range lines {
		_, rest, ok := strings.Cut(line, " "+ident)
		if !ok {
			continue
		}
		_, text, _ := strings.Cut(rest, ": ")
		trial.Said = append(trial.Said, text)
		if word, _, ok := strings.Cut(text, " TLS connection established to "); ok {
			level = word
		}
		if m := postfixStatus.FindStringSubmatch(text); m != nil {
			trial.Fate = Fate(m[1])
			trial.Reason = postfixReason(m[2], trial.Said)
		}
	}
	switch {
	case trial.Fate != Sent:
	case level == "Verified":
		trial.Verified = Yes
	default:
		trial.Verified = No
	}
	return trial
}
