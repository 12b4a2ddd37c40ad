package conform

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/verify"
)

// opensmtpd drives OpenSMTPD, one daemon for each message: it ends itself where
// several sessions fail at once, and a host that failed is set aside for all.
func opensmtpd() Driver {
	return Driver{
		Name: "opensmtpd", Title: "OpenSMTPD", Install: "install opensmtpd, or give --trees", Product: "opensmtpd",
		Settings: []string{"relay", "relay-tls-no-verify", "relay-tls"},
		Shuffles: true, Apart: true,
		Here: findOpenSMTPD,
		version: func(t Task) (string, error) {
			_, path, _ := findOpenSMTPD(t.Trees)
			return firstLine("version", path, "-h")
		},
		Except: func(s *scenarios.Scenario, _ string) string {
			switch {
			case waits(s):
				return "the host takes minutes where time is real, and the time-outs of OpenSMTPD are built in"
			case s.Sender.MinTLS != 0 || s.Sender.MaxTLS != 0:
				return "OpenSMTPD 6.8 has no setting for the TLS versions of relaying"
			case len(s.Routes) > 1:
				return "a relay action of OpenSMTPD has one host"
			}
			if slices.ContainsFunc(s.Faults, func(f fakedns.Fault) bool {
				return f.Kind == fakedns.Timeout || f.Kind == fakedns.Loss || f.Kind == fakedns.Delay || f.EDNS == fakedns.Timeout
			}) {
				return "the time-outs of OpenSMTPD's resolver are built in"
			}
			return hangs(s)
		},
		send: sendOpenSMTPD,
	}
}

// waits reports whether a host keeps its sender waiting for long.
func waits(s *scenarios.Scenario) bool {
	for _, h := range s.Hosts {
		if strings.Contains(h.Script, "silent") || strings.Contains(h.Script, "wait ") {
			return true
		}
		for _, l := range h.Lines() {
			if slices.ContainsFunc(l.Faults, keepsWaiting) {
				return true
			}
		}
	}
	return s.Sender.Recipient == "timeout"
}

func keepsWaiting(f fakemx.Fault) bool {
	for _, word := range []string{"=silent", "delay=", "tarpit=", "latency=", "bandwidth="} {
		if strings.Contains(string(f), word) {
			return true
		}
	}
	return f == fakemx.ConnectSilent
}

func findOpenSMTPD(trees string) (place, string, error) {
	return find(trees, "opensmtpd", "/usr/sbin/smtpd")
}

const opensmtpdLog = "/var/log/opensmtpd.log"

func sendOpenSMTPD(ctx context.Context, t Task) ([]Trial, error) {
	_, path, err := findOpenSMTPD(t.Trees)
	if err != nil {
		return nil, err
	}
	ctx, cancel := t.within(ctx)
	defer cancel()
	if err := t.hasten(); err != nil {
		return nil, err
	}
	if err := t.prepareOpenSMTPD(); err != nil {
		return nil, err
	}
	log, err := os.Create(opensmtpdLog)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, path, "-d", "-F", "-f", "/etc/smtpd.conf")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer cmd.Process.Kill()
	if err := t.submit(ctx, ended, func(Ask) {}); err != nil {
		if t.Cert {
			return []Trial{{Label: t.Asks[0].Label, Except: "OpenSMTPD does not start with this client certificate", Said: readLines(opensmtpdLog)}}, nil
		}
		return nil, fmt.Errorf("%w: %s", err, strings.Join(readLines(opensmtpdLog), "\n"))
	}
	name := t.Asks[0].Label
	lines := follow(ctx, opensmtpdLog, func(lines []string) bool { return readOpenSMTPD(name, lines).Fate != "" })
	trial := readOpenSMTPD(name, lines)
	if trial.Fate == "" {
		trial.Err, trial.Said = "its log tells no end", lines
	}
	return []Trial{trial}, nil
}

// prepareOpenSMTPD writes the configuration, and makes its places.
func (t Task) prepareOpenSMTPD() error {
	const jail = "/var/lib/opensmtpd/empty"
	if _, err := os.Stat("/var/lib/opensmtpd"); err != nil {
		// It is built into the program, and cannot be made on a machine's own disk.
		if out, err := exec.Command("mount", "-t", "tmpfs", "tmpfs", "/var/lib").CombinedOutput(); err != nil {
			return fmt.Errorf("make %s: %w: %s", jail, err, out)
		}
	}
	for user, id := range map[string]int{"opensmtpd": 60121, "opensmtpq": 60122} {
		if _, err := addUser(user, user, id, jail); err != nil {
			return err
		}
	}
	if err := (account{}).folder(jail, 0o755); err != nil {
		return err
	}
	if err := (account{}).folder("/var/spool/smtpd", 0o711); err != nil {
		return err
	}
	action := `action "out" relay helo ` + t.EHLO
	for i, r := range byPriority(t.Routes) {
		if i == 0 {
			action += " host " + opensmtpdRoute(r)
		}
	}
	switch t.Asks[0].Setting {
	case "relay-tls":
		action += " tls"
	case "relay-tls-no-verify":
		action += " tls no-verify"
	}
	lines := []string{}
	if t.Cert {
		lines = append(lines, fmt.Sprintf("pki %s cert %q", t.EHLO, SenderChain), fmt.Sprintf("pki %s key %q", t.EHLO, SenderKey))
		action += " pki " + t.EHLO
		// It refuses a key that others can read.
		if err := os.Chmod(SenderKey, 0o600); err != nil {
			return err
		}
	}
	host, port, _ := strings.Cut(submission, ":")
	lines = append(lines, fmt.Sprintf("listen on %s port %s", host, port), action, `match from any for any action "out"`)
	os.Remove("/etc/smtpd.conf")
	return os.WriteFile("/etc/smtpd.conf", []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

// opensmtpdRoute is a route as a relay URL.
func opensmtpdRoute(r verify.Route) string {
	host := r.Name
	if host == "" {
		host = r.Addr.String()
		if r.Addr.Is6() {
			host = "[" + host + "]"
		}
	}
	if r.Port != 0 && r.Port != 25 {
		host += fmt.Sprintf(":%d", r.Port)
	}
	return `"` + host + `"`
}

var (
	opensmtpdResult = regexp.MustCompile(` mta delivery evpid=.* result="(\w+)" stat="(.*)"$`)
)

// readOpenSMTPD reads what the log says of its only message.
func readOpenSMTPD(name string, lines []string) Trial {
	trial := Trial{Label: name}
	check := No
	for _, line := range lines {
		_, text, ok := strings.Cut(line, " mta ")
		switch {
		case ok && !strings.HasPrefix(line, "smtp-"):
			trial.Said = append(trial.Said, "mta "+text)
		case strings.HasPrefix(line, "smtp-out: "), strings.HasPrefix(line, "warn: "):
			trial.Said = append(trial.Said, line)
		}
		switch {
		case strings.HasPrefix(text, "connecting "):
			check = No
		case strings.Contains(text, `server-cert-check result="success"`):
			check = Yes
		case strings.HasPrefix(line, "smtp-out: No valid route "):
			trial.Fate = Deferred
		case strings.HasPrefix(line, "smtpd: process ") && strings.HasSuffix(line, " socket closed"):
			// It has crashed, and finds the message in its queue when it is started anew.
			trial.Fate = Deferred
			trial.Said = append(trial.Said, line)
		}
		if m := opensmtpdResult.FindStringSubmatch(line); m != nil {
			switch m[1] {
			case "Ok":
				trial.Fate, trial.Verified = Sent, check
			case "PermFail":
				trial.Fate = Bounced
			default:
				trial.Fate = Deferred
			}
			return trial
		}
	}
	return trial
}
