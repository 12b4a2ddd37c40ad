package conform

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strings"

	"github.com/emersion/go-smtp"
)

// gosmtp drives the client of the go-smtp library, which verifies as crypto/tls
// does: the chain, and the name of the host that it is told.
func gosmtp() Driver {
	return Driver{
		Name: "go-smtp", Title: "the client of the library go-smtp", Install: "it is built in", Single: true,
		Settings: []string{"plain", "starttls", "verified"},
		Fits:     map[string]string{"plain": "postfix/none", "starttls": "postfix/encrypt", "verified": "postfix/verify"},
		Here:     func(string) (place, string, error) { return "", "", nil },
		version:  func(Task) (string, error) { return "", nil },
		send: func(ctx context.Context, t Task) ([]Trial, error) {
			return t.each(ctx, func(ctx context.Context, a Ask) Trial { return t.goSMTP(ctx, a) }), nil
		},
	}
}

func (t Task) goSMTP(ctx context.Context, a Ask) (trial Trial) {
	roots, err := os.ReadFile(Roots)
	if err != nil {
		trial.Err = err.Error()
		return trial
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(roots)
	cfg := &tls.Config{RootCAs: pool, ServerName: t.Hops[0].Host, InsecureSkipVerify: a.Setting == "starttls", MinVersion: t.MinTLS, MaxVersion: t.MaxTLS}
	if t.Cert {
		pair, err := tls.LoadX509KeyPair(SenderChain, SenderKey)
		if err != nil {
			trial.Err = err.Error()
			return trial
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	if err := t.goSMTPSend(ctx, a, cfg); err != nil {
		trial.Fate, trial.Said = Failed, []string{err.Error()}
		return trial
	}
	trial.Fate, trial.Verified = Sent, No
	if a.Setting == "verified" {
		trial.Verified = Yes
	}
	return trial
}

func (t Task) goSMTPSend(ctx context.Context, a Ask, cfg *tls.Config) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", t.Hops[0].Addr.String())
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	var c *smtp.Client
	if a.Setting == "plain" {
		c = smtp.NewClient(conn)
	} else if c, err = smtp.NewClientStartTLS(conn, cfg); err != nil {
		return err
	}
	if err := c.Hello(t.EHLO); err != nil && a.Setting == "plain" {
		return err
	}
	if err := c.Mail(t.Sender(a), nil); err != nil {
		return err
	}
	if err := c.Rcpt(t.To, nil); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(strings.ReplaceAll(t.message(a), "\n", "\r\n"))); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Quit()
	return nil
}
