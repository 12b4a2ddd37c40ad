package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// authorities are the files in which systems keep the authorities that they
// trust. The first one is in every world; the others where the machine has them.
func authorities() []string {
	return []string{
		bundle,                   // Debian, Ubuntu, Arch, Alpine
		"/etc/ssl/cert.pem",      // Alpine
		"/etc/ssl/ca-bundle.pem", // openSUSE
		"/etc/pki/tls/cert.pem",  // Fedora, RHEL
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	}
}

// changed are the directories of /etc that are changed inside, by mail software or
// by whoever tries it; they are copied, and the others are the machine's.
func changed() []string {
	return []string{
		"postfix", "exim", "exim4", "mail", "sendmail", "opensmtpd", "smtpd", "msmtp", "nullmailer", "ssmtp", "dma", "courier", "dovecot",
		"opendkim", "opendmarc", "rspamd", "stunnel", "bind", "unbound", "ssl", "pki",
	}
}

// machines are the places of the machine's authorities, which are left out.
func machines() []string {
	return []string{"ca-certificates", "ssl/certs", "pki/ca-trust", "pki/tls/certs"}
}

// plantEtc makes an /etc whose files can be changed, without the authorities and
// names of the machine.
func (t *tree) plantEtc() error {
	if err := tmpfs("/etc", "mode=755"); err != nil {
		return err
	}
	entries, err := t.etc.ReadDir(-1)
	if err != nil {
		return err
	}
	// From there paths are short, which is half of what copying costs.
	if err := t.etc.Chdir(); err != nil {
		return err
	}
	for _, path := range authorities() {
		if _, err := os.Lstat(strings.TrimPrefix(path, "/etc/")); err == nil || path == bundle {
			t.bundles = append(t.bundles, path)
		}
	}
	for _, e := range entries {
		from, to := e.Name(), filepath.Join("/etc", e.Name())
		skip := func(rel string) bool { return slices.Contains(machines(), filepath.Join(e.Name(), rel)) }
		switch {
		case skip(""):
		case !e.IsDir(), slices.Contains(changed(), e.Name()):
			err = copyTree(from, to, skip)
		default:
			err = bindTree(from, to)
		}
		if err != nil {
			return fmt.Errorf("make /etc/%s: %w", e.Name(), err)
		}
	}
	return nil
}

// nameFiles writes what names are looked up in.
func (p plan) nameFiles() error {
	for path, text := range map[string]string{
		"/etc/resolv.conf":   p.resolvConf(),
		"/etc/hosts":         p.hostsFile(),
		"/etc/hostname":      p.name + "\n",
		"/etc/mailname":      p.domain + "\n",
		"/etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n",
	} {
		if err := write(path, text); err != nil {
			return err
		}
	}
	return nil
}

// jails are the directories that mail software makes its root (chroot(2)), with an
// /etc of their own. What the system's start-up would copy there is written there.
func jails() []string { return []string{"", "/var/spool/postfix"} }

// write writes a file of /etc, in every jail that there is. Where a link was,
// there is a file then.
func write(path, text string) error {
	for _, jail := range jails() {
		if _, err := os.Stat(jail + "/etc"); err != nil {
			continue
		}
		if err := os.Remove(jail + path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(jail+path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(jail+path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
