package conform

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
)

// submission is where a server takes messages.
const submission = "127.0.0.1:10025"

// submit hands all messages in by SMTP, as soon as the server is there, and calls
// behind after each. ended tells that the server is there no more.
func (t Task) submit(ctx context.Context, ended <-chan error, behind func(Ask)) error {
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
	if end, ok := ctx.Deadline(); ok {
		conn.SetDeadline(end)
	}
	c, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		return err
	}
	for _, a := range t.Asks {
		if err := t.handIn(c, a); err != nil {
			return fmt.Errorf("it does not take %s: %w", a.Mode, err)
		}
		behind(a)
	}
	return c.Quit()
}

// handIn hands one message in.
func (t Task) handIn(c *smtp.Client, a Ask) error {
	if err := errors.Join(c.Mail(t.Sender(a)), c.Rcpt(t.To)); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	_, err = w.Write([]byte(t.message(a)))
	return errors.Join(err, w.Close())
}
