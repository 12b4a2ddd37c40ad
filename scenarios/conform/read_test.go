package conform

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// What each product writes is read for the one message that is asked about.
func TestReadPostfix(t *testing.T) {
	t.Parallel()
	log := newPostfixLog(0)
	for line := range strings.SplitSeq(`postfix/qmgr[9]: 84B513B: from=<may@sender.example>, size=314, nrcpt=1 (queue active)
t/smtp[26]: Untrusted TLS connection established to mx1.example.com[192.0.2.1]:25: TLSv1.3 with cipher X
t/smtp[26]: 84B513B: to=<recipient@example.com>, relay=mx1.example.com[192.0.2.1]:25, delay=0.1, dsn=2.0.0, status=sent (250 2.0.0 OK: queued)
postfix/qmgr[9]: 84B513B: removed
postfix/qmgr[9]: 853C33E: from=<secure@sender.example>, size=314, nrcpt=1 (queue active)
postfix/qmgr[9]: 80: from=<verify@sender.example>, size=314, nrcpt=1 (queue active)
t/smtp[26]: server certificate verification failed for mx1.example.com[192.0.2.1]:25: certificate has expired
t/smtp[29]: Verified TLS connection established to mx1.example.com[192.0.2.1]:25: TLSv1.3 with cipher X
t/smtp[26]: 853C33E: to=<recipient@example.com>, relay=mx1.example.com[192.0.2.1]:25, delay=0.05, dsn=4.7.5, status=deferred (Server certificate not verified)
t/smtp[29]: 80: to=<recipient@example.com>, relay=mx1.example.com[192.0.2.1]:25, dsn=5.1.1, status=bounced (host mx1.example.com[192.0.2.1] said: 550 5.1.1 no)
postfix/bounce[31]: 80: sender non-delivery notification: 81
postfix/qmgr[9]: 81: from=<>, size=2314, nrcpt=1 (queue active)
postfix/qmgr[9]: 80: removed
postfix/qmgr[9]: 90: from=<encrypt@sender.example>, size=314, nrcpt=1 (queue active)
t/smtp[29]: 90: to=<recipient@example.com>, relay=none, dsn=4.4.3, status=deferred (Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try again)
postfix/qmgr[9]: A0: from=<none@sender.example>, size=314, nrcpt=1 (queue active)`, "\n") {
		log.read(line)
	}
	for name, want := range map[string]Trial{
		"may":         {Fate: Sent, Verified: No},
		"secure":      {Fate: Deferred, Reason: verify.CertificateExpired},
		"verify":      {Fate: Bounced, Reason: verify.SMTPRefused},
		"encrypt":     {Fate: Deferred, Reason: verify.DNSFailure},
		"none":        {},
		"fingerprint": {},
	} {
		got := log.trial(name, name+"@sender.example")
		assert.Equal(t, name, got.Label)
		assert.Equal(t, want.Fate != "", log.ended(name+"@sender.example"), name)
		got.Label, got.Said = "", nil
		assert.Equal(t, want, got, name)
	}
}

func TestReadExim(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Trial{
		`2026-12-01 06:40:38 1xY-0I-2C <= m@sender.example U=root P=local S=413
2026-12-01 06:40:38 1xY-0I-2C => recipient@example.com R=mx T=smtp H=mx1.example.com [192.0.2.1] X=TLS1.3:X CV=yes C="250 OK"
2026-12-01 06:40:38 1xY-0I-2C Completed`: {Fate: Sent, Verified: Yes},
		`2026-12-01 06:40:38 1xY-0I-2C <= m@sender.example U=root P=local S=413
2026-12-01 06:40:38 1xY-0I-2C => recipient@example.com R=mx T=smtp H=mx1.example.com [192.0.2.1] C="250 OK"`: {Fate: Sent, Verified: No},
		`2026-12-01 06:40:38 1xY-0I-2C <= m@sender.example U=root P=local S=413
2026-12-01 06:40:38 1xY-0I-2C == recipient@example.com R=mx T=smtp defer (-37) H=mx1.example.com [192.0.2.1]: a TLS session is required, but the server did not offer TLS support`: {Fate: Deferred, Reason: verify.STARTTLSNotSupported},
		`2026-12-01 06:40:38 1xY-0I-2C <= m@sender.example U=root P=local S=413
2026-12-01 06:40:38 1xY-0I-2C ** recipient@example.com: an MX or SRV record indicated no SMTP service
2026-12-01 06:40:38 1xY-0K-9A <= <> R=1xY-0I-2C U=Debian-exim P=local S=1200
2026-12-01 06:40:38 1xY-0K-9A => :blackhole: <m@sender.example> R=own`: {Fate: Bounced, Reason: verify.NullMX},
		`2026-12-01 06:40:38 1xY-0I-2C <= m@sender.example U=root P=local S=413`: {},
	} {
		got := readExim("", strings.Split(text, "\n"))
		got.Said = nil
		assert.Equal(t, want, got, text)
	}
}

func TestReadOpenSMTPD(t *testing.T) {
	t.Parallel()
	const result = `9 mta delivery evpid=1 from=<m@sender.example> to=<recipient@example.com> rcpt=<-> source="-" relay="x" delay=0s result=`
	for text, want := range map[string]Trial{
		`9 mta server-cert-check result="success"` + "\n" + result + `"Ok" stat="250 OK"`:                             {Fate: Sent, Verified: Yes},
		`9 mta server-cert-check result="failure"` + "\n" + result + `"Ok" stat="250 OK"`:                             {Fate: Sent, Verified: No},
		result + `"PermFail" stat="550 no"`:                                                                           {Fate: Bounced},
		result + `"TempFail" stat="451 no"`:                                                                           {Fate: Deferred},
		`smtp-out: No valid route for [connector:[]->[relay:example.com,smtp+tls],0x0]`:                               {Fate: Deferred},
		`9 mta server-cert-check result="success"` + "\n9 mta connecting address=x\n" + result + `"Ok" stat="250 OK"`: {Fate: Sent, Verified: No},
		`9 mta connected`: {},
		"free(): double free detected in tcache 2\nsmtpd: process lka socket closed": {Fate: Deferred},
	} {
		got := readOpenSMTPD("", strings.Split(text, "\n"))
		got.Said = nil
		assert.Equal(t, want, got, text)
	}
}

func TestReadSendmail(t *testing.T) {
	t.Parallel()
	task := Task{To: "recipient@example.com"}
	for text, want := range map[string]Trial{
		`m-encr[35]: STARTTLS=client, relay=mx1.example.com., version=TLSv1.3, verify=OK, cipher=X
m-encr[35]: 6B: to=recipient@example.com, delay=00:00:00, mailer=esmtp, relay=mx1.example.com. [192.0.2.1], dsn=2.0.0, stat=Sent (OK)`: {Fate: Sent, Verified: Yes},
		`m-encr[35]: 6B: to=recipient@example.com, relay=mx1.example.com. [192.0.2.1], dsn=4.7.0, reply=451 4.7.0 Later, stat=Deferred: 451 4.7.0 Later
m-encr[35]: 6B: to=recipient@example.com, relay=mx2.example.com. [192.0.2.2], dsn=2.0.0, stat=Sent (OK)`: {Fate: Sent, Verified: No},
		`m-encr[35]: 6B: to=recipient@example.com, relay=mx2.example.com., dsn=5.1.2, stat=Deferred`: {Fate: Deferred},
		`m-encr[35]: 6B: to=recipient@example.com, relay=mx1.example.com. [192.0.2.1], dsn=5.7.0, reply=550 5.7.0 Refused, stat=User unknown
m-encr[35]: 6C: to=encr@sender.example, delay=00:00:00, mailer=local, dsn=2.0.0, stat=Sent`: {Fate: Bounced},
		`m-encr[35]: 6B: to=<recipient@example.com>, relay=x, dsn=4.7.0, stat=Deferred: 403 4.7.0 not authenticated`: {Fate: Deferred},
		`m-verify[35]: 6B: to=<recipient@example.com>, relay=x, dsn=2.0.0, stat=Sent (OK)`:                           {},
	} {
		got := task.readSendmail(Ask{Label: "encr", Setting: "verify-cn"}, strings.Split(text, "\n"))
		got.Label, got.Said = "", nil
		assert.Equal(t, want, got, text)
	}
}
