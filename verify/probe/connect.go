package probe

import (
	"bufio"
	"context"
	"net/netip"

	"mxlab/verify"
)

// Connect opens a connection to a host and reads its greeting. The end of ctx
// ends the conversation, at any later step too. The Dialogue is never nil: with
// a Stop it still has its Lines and its Greeting, and QUIT may be said to a host
// that refused (RFC 5321 section 3.1).
func (c *Client) Connect(ctx context.Context, addr netip.AddrPort) (*Dialogue, *verify.Stop) {
	d := &Dialogue{now: c.Now, ctxErr: ctx.Err, cert: c.Cert}
	connected := d.step(verify.StageConnect)
	socket, err := c.dial(ctx, "tcp", addr.String(), ConnectTimeout)
	connected()
	if err != nil {
		return d, d.fail(verify.StageConnect, err)
	}
	d.socket, d.br = socket, bufio.NewReaderSize(socket, MaxLine)
	d.release = context.AfterFunc(ctx, func() { socket.Close() })
	defer d.step(verify.StageGreeting)()
	if err := socket.SetDeadline(d.now().Add(GreetingTimeout)); err != nil {
		return d, d.fail(verify.StageGreeting, err)
	}
	var stop *verify.Stop
	d.greeting, stop = d.reply(verify.StageGreeting, 2)
	return d, stop
}
