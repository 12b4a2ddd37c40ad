package fakemx

import (
	"io"
	"strings"

	"github.com/emersion/go-smtp"
)

// A backend is one dialogue's mail store.
type backend struct{ d *dialogue }

// NewSession begins behind EHLO or HELO.
func (b *backend) NewSession(*smtp.Conn) (smtp.Session, error) {
	b.d.transaction = &transaction{d: b.d}
	return b.d.transaction, nil
}

// A transaction is a mail transaction (RFC 5321 section 3.3).
type transaction struct {
	d       *dialogue
	started bool
	from    string
	to      []string
}

var _ smtp.Session = (*transaction)(nil)

func (t *transaction) Mail(from string, _ *smtp.MailOptions) error {
	if t.started {
		// RFC 5321 section 4.1.4: not inside a transaction.
		return &smtp.SMTPError{Code: 503, EnhancedCode: smtp.EnhancedCode{5, 5, 1}, Message: "A transaction is in progress"}
	}
	plan := t.d.conn.plan
	if code := plan.at(mailInClear).code; code != 0 && t.d.tls == nil {
		return refusing(code, "This sender must issue a STARTTLS command first")
	}
	if code := plan.at(unprovenSender).code; code != 0 && !t.d.proves(from) {
		return refusing(code, "The client certificate does not prove the sender's domain")
	}
	if code := plan.at(AtMail).code; code != 0 {
		return refusing(code, "Sender refused")
	}
	t.started, t.from = true, from
	return nil
}

func (t *transaction) Rcpt(to string, _ *smtp.RcptOptions) error {
	local, _, _ := strings.Cut(to, "@")
	a, _ := magic(local)
	if code := max(t.d.conn.plan.at(AtRcpt).code, a.code); code != 0 {
		return refusing(code, "Recipient refused")
	}
	t.to = append(t.to, to)
	return nil
}

func (t *transaction) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if code := t.d.conn.plan.at(AtDot).code; code != 0 {
		return refusing(code, "Message refused")
	}
	if t.d.conn.plan.at(AtDot).final() {
		return nil // nobody hears that it was taken
	}
	t.d.conn.keep(Message{
		Peer: t.d.RemoteAddr(), From: t.from, To: t.to, Data: text, TLS: t.d.tls, Session: t.d.conn.index,
	})
	return nil
}

// localPart is that of the last accepted recipient.
func (t *transaction) localPart() string {
	if len(t.to) == 0 {
		return ""
	}
	local, _, _ := strings.Cut(t.to[len(t.to)-1], "@")
	return local
}

// refusing is the reply of a fault, with an enhanced status code (RFC 3463) of
// its class.
func refusing(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 0}, Message: text}
}

func (t *transaction) Reset() { *t = transaction{d: t.d} }

func (t *transaction) Logout() error { return nil }
