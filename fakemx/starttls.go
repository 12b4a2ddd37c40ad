package fakemx

import (
	"crypto/tls"
	"encoding/binary"
	"io"
)

// answerSTARTTLS answers the command. With 220 the dialogue in clear text is
// over.
func (d *dialogue) answerSTARTTLS(parameter string) {
	p := d.conn.plan
	switch {
	case d.tls != nil:
		// RFC 3207 section 4.2: not a second time.
		d.say("503 5.5.1 TLS is already active")
	case p.offer == offerOverwritten:
		// What arrives here is no longer STARTTLS.
		d.say("500 5.5.2 XXXXXXXX is not a command")
	case p.offer == offerNone:
		d.say("502 5.5.1 STARTTLS is not offered")
	case !d.extended:
		d.say("503 5.5.1 Send EHLO first")
	case parameter != "":
		// RFC 3207 section 4.
		d.say("501 5.5.4 STARTTLS takes no parameter")
	case p.starttls != 0:
		d.say(refuse(p.starttls, "TLS is not available"))
	default:
		d.say("220 2.0.0 Ready to start TLS")
		d.upgrade, d.over = true, true
	}
}

// startTLS goes on behind the 220: with the fault of that phase, or with the
// handshake and the dialogue inside TLS.
func (c *conn) startTLS() {
	c.dropPlaintext()
	switch c.plan.after {
	case Close:
		return
	case Silence:
		c.silence()
		return
	case Garbage:
		if c.skipRecord() == nil {
			io.WriteString(c.wire, "This is not TLS.\r\n")
		}
		return
	case Alert:
		if c.skipRecord() == nil {
			// RFC 8446 sections 5.1 and 6: content type alert, legacy version,
			// length; level fatal, handshake_failure.
			c.wire.Write([]byte{21, 3, 1, 0, 2, 2, 40})
		}
		return
	}

	cfg := c.server.TLSConfig
	if c.plan.min != 0 {
		cfg = limit(cfg, c.plan.min, c.plan.max)
	}
	t := tls.Server(c.wire, cfg)
	// After a failure the connection is of no use to either side (RFC 8446
	// section 6.2): it ends without another word.
	if err := t.Handshake(); err != nil {
		c.note(func(s *Session) { s.HandshakeErr = err })
		return
	}
	state := t.ConnectionState()
	c.note(func(s *Session) { s.TLS = &state })
	c.talk(t, &state)
	c.note(func(s *Session) { s.Done = true })
	t.CloseWrite()
}

// handshakeType is the content type of a TLS record with a ClientHello (RFC
// 8446 section 5.1). It is no octet of an SMTP command.
const handshakeType = 22

// dropPlaintext throws away what a client sent in clear text together with
// STARTTLS. RFC 3207 section 6: nothing that was said before the handshake
// counts after it. A ClientHello that came early is kept. Clear text that comes
// later fails the handshake.
func (c *conn) dropPlaintext() {
	for c.wire.r.Buffered() > 0 {
		if first, err := c.wire.r.Peek(1); err != nil || first[0] == handshakeType {
			return
		}
		c.wire.r.Discard(1)
	}
}

// skipRecord reads one TLS record, the ClientHello.
func (c *conn) skipRecord() error {
	header := make([]byte, 5)
	if _, err := io.ReadFull(c.wire, header); err != nil || header[0] != handshakeType {
		return err
	}
	_, err := io.CopyN(io.Discard, c.wire, int64(binary.BigEndian.Uint16(header[3:])))
	return err
}
