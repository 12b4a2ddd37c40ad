package fakemx

import (
	"io"

	"github.com/emersion/go-smtp"
)

// A backend is one dialogue's mail store.
type backend struct{ d *dialogue }

// NewSession begins behind EHLO or HELO.
func (b *backend) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &transaction{d: b.d}, nil
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
	t.started, t.from = true, from
	return nil
}

func (t *transaction) Rcpt(to string, _ *smtp.RcptOptions) error {
	if code := t.d.conn.plan.rcpt; code != 0 {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 0}, Message: "Recipient refused"}
	}
	t.to = append(t.to, to)
	return nil
}

func (t *transaction) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	t.d.conn.server.keep(Message{
		Peer: t.d.RemoteAddr(), From: t.from, To: t.to, Data: text, TLS: t.d.tls, Session: t.d.conn.index,
	})
	return nil
}

func (t *transaction) Reset() { *t = transaction{d: t.d} }

func (t *transaction) Logout() error { return nil }
