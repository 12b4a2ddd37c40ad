package probe

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// A DialFunc opens connections; network is "udp" or "tcp". It is bound to end
// when ctx does. A peer that does not answer is an error whose Timeout method
// reports true, one that refuses is a syscall.ECONNREFUSED.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// A Client is one sender. Resolver and Now must be set. A Client is not changed
// by its methods, which several goroutines may call.
type Client struct {
	Dial     DialFunc         // net.Dialer's DialContext under our time-outs when nil
	Resolver string           // host:port of the DNS server that is asked
	Now      func() time.Time // the deadline of a step is Now() plus its time-out
	Name     string           // what EHLO says; the address literal of the connection when empty
	From     string           // the mailbox of MAIL FROM; the null reverse-path when empty
	Cert     *tls.Certificate // shown to a host that asks for one; may be nil
	To       string           // the local part of RCPT TO; postmaster when empty, which RFC 5321 section 4.5.1 makes every domain accept
	Proxy    string           // the host of a proxy through which Fetch asks, at port 80; empty to ask the host of the URL itself
	Message  []byte           // what Session sends behind RCPT, header and body; empty stops at RCPT, as every probe of the real internet does
}

// How long each step may take. The steps of SMTP have the values of RFC 5321
// section 4.5.3.2; the RFC states none for the connection, the handshake and
// QUIT. Those of the DNS are the defaults of resolv.conf.
const (
	ConnectTimeout   = 30 * time.Second // only where Client.Dial is nil
	GreetingTimeout  = 5 * time.Minute
	HelloTimeout     = 5 * time.Minute
	STARTTLSTimeout  = 5 * time.Minute
	HandshakeTimeout = 5 * time.Minute
	MailTimeout      = 5 * time.Minute
	RcptTimeout      = 5 * time.Minute
	DataTimeout      = 2 * time.Minute  // until 354
	DataBlockTimeout = 3 * time.Minute  // for each block of the message
	DataDoneTimeout  = 10 * time.Minute // until the answer to the final dot
	QuitTimeout      = time.Minute
	QueryTimeout     = 5 * time.Second // for each of QueryTries

	closeTimeout = 5 * time.Second // for the close_notify of either side of TLS
)

// dial opens a connection. The time-out bounds the default dialer only: a
// DialFunc has a clock of its own.
func (c *Client) dial(ctx context.Context, network, address string, timeout time.Duration) (net.Conn, error) {
	if c.Dial != nil {
		return c.Dial(ctx, network, address)
	}
	return (&net.Dialer{Timeout: timeout}).DialContext(ctx, network, address)
}
