package fakemx

import (
	"crypto/tls"
	"encoding/binary"
	"io"
)

// anonymousTLS is the verb by which Exchange servers of one organisation start
// TLS with each other.
const anonymousTLS = "X-ANONYMOUSTLS"

// answerSTARTTLS answers the command, or X-ANONYMOUSTLS in its place. With 220
// the dialogue in clear text is over.
func (d *dialogue) answerSTARTTLS(parameter string) {
	a := d.conn.plan.at(AtSTARTTLS)
	switch {
	case d.tls != nil:
		// RFC 3207 section 4.2: not a second time.
		d.say("503 5.5.1 TLS is already active")
	case a.how == "overwritten":
		// What arrives here is no longer STARTTLS.
		d.say("500 5.5.2 XXXXXXXX is not a command")
	case a.how == "none" && d.verb == "STARTTLS", d.conn.plan.at(AtEHLO).how == "bare":
		d.say("502 5.5.1 STARTTLS is not offered")
	case !d.extended:
		d.say("503 5.5.1 Send EHLO first")
	case parameter != "":
		// RFC 3207 section 4.
		d.say("501 5.5.4 " + d.verb + " takes no parameter")
	case d.answer(AtSTARTTLS, "TLS is not available"):
	default:
		const ready = "220 2.0.0 Ready to start TLS"
		if d.conn.plan.has(PlaintextBehind220) {
			d.note(false, ready)
			d.Conn.Write([]byte(ready + "\r\n" + injected + "\r\n"))
		} else {
			d.say(ready)
		}
		d.upgrade, d.over = true, true
	}
}

// beforeTLS reports whether a host that requires TLS takes a command without: RFC
// 3207 section 4. HELO is not among them.
func beforeTLS(verb string) bool {
	switch verb {
	case "NOOP", "EHLO", "QUIT", "STARTTLS", anonymousTLS:
		return true
	}
	return false
}

// injected is what somebody on the path puts behind the 220.
const injected = "250 mx.example greets you in clear text"

// startTLS goes on behind the 220: with the fault of that phase, or with the
// handshake and the dialogue inside TLS.
func (c *conn) startTLS() {
	c.dropPlaintext()
	if !c.answerHello() {
		return
	}
	t, ok := c.handshake()
	if !ok {
		return
	}
	c.talk(t, c.record.TLS)
	c.endTLS(t)
}

// answerHello plays what comes instead of a handshake, and reports whether one
// follows.
func (c *conn) answerHello() bool {
	a := c.plan.at(After220To)
	switch Answer(a.how) {
	case Close:
		return false
	case Silence:
		c.silence()
		return false
	case Reset:
		c.wire.reset()
		return false
	}
	var instead []byte
	switch {
	case a.code != 0:
		instead = []byte(refuse(a.code, "TLS is not available after all") + "\r\n")
	case a.how == string(Garbage):
		instead = []byte(garbage)
	case a.how == string(Alert):
		instead = alertRecord(c.plan.alert)
	case a.how == string(HalfRecord):
		// The header announces 100 octets.
		instead = append([]byte{handshakeType, 3, 3, 0, 100, 2, 0, 0, 96, 3, 3}, make([]byte, 10)...)
	case c.plan.by["tls"] == SSL3:
		instead = ssl3ServerHello()
	default:
		return true
	}
	if c.skipRecord() == nil {
		c.wire.Write(instead)
	}
	return false
}

// ssl3ServerHello is a record with the ServerHello of RFC 6101 section 5.6.1.3:
// version 3.0, a random, no session, SSL_RSA_WITH_3DES_EDE_CBC_SHA, no
// compression.
func ssl3ServerHello() []byte {
	hello := append([]byte{2, 0, 0, 38, 3, 0}, make([]byte, 32)...)
	hello = append(hello, 0, 0, 0x0a, 0)
	return append([]byte{handshakeType, 3, 0, 0, byte(len(hello))}, hello...)
}

// handshake opens TLS. After a failure the connection is of no use to either
// side (RFC 8446 section 6.2): it ends without another word.
func (c *conn) handshake() (*tls.Conn, bool) {
	c.wire.behind220 = c.wire.sent
	t := tls.Server(c.wire, c.recording(c.server.tls))
	err := t.Handshake()
	c.wire.alert = 0
	if err != nil {
		c.note(func(s *Session) {
			if s.HandshakeErr = err; s.Presented == nil {
				s.Presented = unfit(err)
			}
		})
		return nil, false
	}
	state := t.ConnectionState()
	c.note(func(s *Session) { s.TLS, s.Presented = &state, raw(state.PeerCertificates) })
	return t, true
}

// endTLS says that nothing more comes (RFC 8446 section 6.1).
func (c *conn) endTLS(t *tls.Conn) {
	c.done()
	if !c.plan.has(NoCloseNotify) {
		t.CloseWrite()
	}
}

// handshakeType is the content type of a TLS record with a ClientHello (RFC
// 8446 section 5.1). It is no octet of an SMTP command.
const handshakeType = 22

// alertType is the content type of a TLS record with an alert.
const alertType = 21

// dropPlaintext throws away what a client sent in clear text together with
// STARTTLS. RFC 3207 section 6: nothing that was said before the handshake
// counts after it. A ClientHello that came early is kept. Clear text that comes
// later fails the handshake. A host with the fault ExecutesPipelined keeps it.
func (c *conn) dropPlaintext() {
	for c.wire.r.Buffered() > 0 {
		if first, err := c.wire.r.Peek(1); err != nil || first[0] == handshakeType {
			return
		}
		first, _ := c.wire.r.ReadByte()
		if c.plan.has(ExecutesPipelined) {
			c.early = append(c.early, first)
		}
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
