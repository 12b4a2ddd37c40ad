package probe

import "mxlab/verify"

// Mail opens a transaction. from is a mailbox without the angle brackets; empty
// for the null reverse-path (RFC 5321 section 4.5.5).
func (d *Dialogue) Mail(from string) *verify.Stop {
	_, stop := d.command(verify.StageMail, MailTimeout, 2, "MAIL FROM:<"+from+">")
	return stop
}

// Rcpt names a recipient of the transaction: a mailbox without the angle
// brackets.
func (d *Dialogue) Rcpt(to string) *verify.Stop {
	_, stop := d.command(verify.StageRcpt, RcptTimeout, 2, "RCPT TO:<"+to+">")
	return stop
}
