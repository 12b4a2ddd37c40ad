package probe

import (
	"context"

	"mxlab/verify"
)

// StartTLS says STARTTLS, or the verb that the hello has in its place, and reads
// the reply. After 220 only Handshake makes sense; after a refusal, which is also
// a Stop, the conversation may go on in the clear (RFC 3207 section 4). Octets
// that came with the 220 are counted by Early and thrown away: a TLS server does
// not speak first, so they were meant to be taken for replies inside TLS.
//
// What the hello has Behind it is said in the same write, before there is an
// answer. Only a test of the host does that.
func (d *Dialogue) StartTLS(ctx context.Context, h verify.Hello) (verify.Reply, *verify.Stop) {
	if d.socket != nil && d.over == nil {
		defer context.AfterFunc(ctx, func() { d.socket.Close() })()
	}
	var behind []string
	if h.Behind != "" {
		behind = []string{h.Behind}
	}
	r, stop := d.command(verify.StageSTARTTLS, STARTTLSTimeout, 2, h.Command(), behind...)
	// RFC 3207 section 4: 220 alone says that TLS may start.
	if stop == nil && r.Code != 220 {
		stop = &verify.Stop{Stage: verify.StageSTARTTLS, Cause: verify.ReplyRefused, Reply: r}
	}
	if stop == nil {
		d.early, _ = d.br.Discard(d.br.Buffered())
	}
	return r, stop
}

// Early is the number of octets that arrived in clear behind the 220 to
// STARTTLS.
func (d *Dialogue) Early() int { return d.early }
