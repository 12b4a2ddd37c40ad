package probe

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"time"
)

// maxTap is how much of a handshake is kept: more than the largest Certificate
// message that crypto/tls reads.
const maxTap = 512 << 10

// A tap lies under TLS during the handshake, and keeps what crypto/tls does not
// tell: the octets read, the secret that they were encrypted under, and the
// alert that our own side sent. Behind the handshake it sees the end of the
// connection.
type tap struct {
	net.Conn
	on     bool
	read   []byte
	wrote  int
	alert  byte
	asked  bool   // for a client certificate
	secret []byte // in hex
	ended  bool   // the socket was read to its end
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.ended = t.ended || errors.Is(err, io.EOF)
	if t.on {
		t.read = append(t.read, b[:min(n, maxTap-len(t.read))]...)
	}
	return n, err
}

func (t *tap) Write(b []byte) (int, error) {
	if t.on {
		t.wrote += len(b)
		for typ, body := range records(b) {
			if typ == recordAlert && len(body) == 2 {
				t.alert = body[1]
			}
		}
	}
	return t.Conn.Write(b)
}

// SetWriteDeadline keeps crypto/tls, which would set one by the real clock when
// it closes, from changing the deadline of the step.
func (t *tap) SetWriteDeadline(time.Time) error { return nil }

// forget ends the listening.
func (t *tap) forget() { t.on, t.read, t.secret = false, nil, nil }

// keyLog receives the key log of crypto/tls, lines of LABEL RANDOM SECRET in
// hex (the SSLKEYLOGFILE format), and keeps the secret of a TLS 1.3 server's
// handshake messages.
type keyLog struct{ t *tap }

func (k keyLog) Write(line []byte) (int, error) {
	if f := bytes.Fields(line); len(f) == 3 && string(f[0]) == "SERVER_HANDSHAKE_TRAFFIC_SECRET" {
		k.t.secret = bytes.Clone(f[2])
	}
	return len(line), nil
}

// serverSecret is nil unless TLS 1.3 came so far.
func (t *tap) serverSecret() []byte {
	secret, err := hex.DecodeString(string(t.secret))
	if err != nil || len(secret) == 0 {
		return nil
	}
	return secret
}
