package conform

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// postfixMain is main.cf. What is not here is as Postfix has it. Each smtp(8)
// reads it when it starts; what the others read of it is the same in all worlds.
func (t Task) postfixMain(root place, master string) string {
	lines := []string{
		"compatibility_level = 3.6",
		"mail_owner = postfix", "setgid_group = postdrop", "default_privs = nobody",
		"daemon_directory = " + filepath.Dir(master), "command_directory = " + root.of("/usr/sbin"), "shlib_directory = " + root.of("/usr/lib/postfix"),
		"queue_directory = " + postfixQueue, "data_directory = /var/lib/postfix",
		"import_environment = MAIL_CONFIG LD_LIBRARY_PATH",
		"myhostname = " + t.EHLO, "mydomain = " + t.From, "myorigin = " + t.From,
		"mydestination =", "alias_maps =", "alias_database =", "local_recipient_maps =", "mynetworks = 127.0.0.0/8", "inet_interfaces = all", "inet_protocols = all",
		"smtpd_peername_lookup = no", "smtpd_relay_restrictions = permit_mynetworks, reject", "smtpd_recipient_restrictions =", "in_flow_delay = 0",
		// Whose setting a message is sent under its sender tells; what Postfix itself
		// sends is nobody's.
		"default_transport = discard:", "sender_dependent_default_transport_maps = regexp:/etc/postfix/senders",
		"smtp_tls_policy_maps = regexp:/etc/postfix/levels",
		// A message is tried once, and whom it did not reach is not remembered: that is
		// somebody else in the next world.
		"queue_run_delay = 52w", postfixTransport + "_destination_concurrency_failed_cohort_limit = 0",
		// One that is ended before it had a message is not malfunctioning.
		"service_throttle_time = 1s",
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
	return strings.Join(lines, "\n") + "\n"
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

// postfixTransport is the name of the transport, and of its smtp(8) in the log.
const postfixTransport = "t"

// postfixServices is master.cf.
func postfixServices() string {
	return strings.Join([]string{
		submission + " inet n - n - - smtpd -o syslog_name=postfix-in",
		fmt.Sprintf("%s unix - - n - - smtp -o syslog_name=%[1]s", postfixTransport),
		"cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr", "tlsmgr unix - - n 1000? 1 tlsmgr", "rewrite unix - - n - - trivial-rewrite",
		"bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce", "flush unix n - n 1000? 0 flush",
		"proxymap unix - - n - - proxymap", "error unix - - n - - error", "retry unix - - n - - error", "discard unix - - n - - discard",
		"anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache",
	}, "\n") + "\n"
}
