package serve

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

// A Hello is a ClientHello, as it was sent, whatever the host made of it.
type Hello struct {
	Event      string     `json:"event"` // "hello"
	Number     int        `json:"number"`
	Time       time.Time  `json:"time"`
	Session    int        `json:"session"` // 0 if that is not known
	Host       netip.Addr `json:"host"`
	Peer       string     `json:"peer"`
	SNI        string     `json:"sni"`
	Versions   []string   `json:"versions"`
	Ciphers    []string   `json:"ciphers"`
	Groups     []string   `json:"groups"`
	Signatures []string   `json:"signatures"`
	ALPN       []string   `json:"alpn"`
}

// An ear listens to what a client says, for its first ClientHello.
type ear struct {
	held []byte // from where a record may begin
	deaf bool   // it was heard, or there will be none
}

// mostHello is as long as a ClientHello may be before nobody listens any more.
const mostHello = 64 << 10

// hear takes what the client said next, and gives the ClientHello when it is
// whole. In clear text no line begins as a record of a handshake does: type 22,
// version 3 (RFC 8446 section 5.1).
func (e *ear) hear(p []byte) *tls.ClientHelloInfo {
	if e.deaf {
		return nil
	}
	e.held = append(e.held, p...)
	for len(e.held) > 0 && e.held[0] != 22 {
		end := bytes.IndexByte(e.held, '\n')
		if end < 0 {
			e.held = e.held[:1] // somewhere in a line
			return nil
		}
		e.held = e.held[end+1:]
	}
	if len(e.held) > mostHello {
		e.deaf, e.held = true, nil
		return nil
	}
	if !whole(e.held) {
		return nil
	}
	hello := readHello(e.held)
	e.deaf, e.held = true, nil
	return hello
}

// whole reports whether records hold a handshake message to its end.
func whole(records []byte) bool {
	var message []byte
	for len(records) >= 5 {
		n := int(binary.BigEndian.Uint16(records[3:]))
		if records[0] != 22 || len(records) < 5+n {
			return records[0] != 22
		}
		message, records = append(message, records[5:5+n]...), records[5+n:]
		if len(message) >= 4 && len(message) >= 4+int(binary.BigEndian.Uint32(message)&0xffffff) {
			return true
		}
	}
	return false
}

var errHeard = errors.New("the ClientHello is known")

// readHello has crypto/tls read a ClientHello; nil if it cannot be read.
func readHello(records []byte) (hello *tls.ClientHelloInfo) {
	tls.Server(&replay{r: bytes.NewReader(records)}, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		hello = h
		return nil, errHeard
	}}).Handshake() // it never succeeds
	return hello
}

// A replay is a connection on which nothing new is said.
type replay struct {
	net.Conn
	r io.Reader
}

func (c *replay) Read(p []byte) (int, error)       { return c.r.Read(p) }
func (c *replay) Write(p []byte) (int, error)      { return len(p), nil }
func (c *replay) SetDeadline(time.Time) error      { return nil }
func (c *replay) SetReadDeadline(time.Time) error  { return nil }
func (c *replay) SetWriteDeadline(time.Time) error { return nil }
func (c *replay) RemoteAddr() net.Addr             { return nil }
func (c *replay) Close() error                     { return nil }

func helloEntry(host netip.Addr, peer string, h *tls.ClientHelloInfo) Hello {
	return Hello{Event: "hello", Host: host, Peer: peer, SNI: h.ServerName,
		Versions: words(h.SupportedVersions, tls.VersionName), Ciphers: words(h.CipherSuites, tls.CipherSuiteName),
		Groups: words(h.SupportedCurves, tls.CurveID.String), Signatures: words(h.SignatureSchemes, tls.SignatureScheme.String),
		ALPN: append([]string{}, h.SupportedProtos...)}
}

func words[T any](list []T, word func(T) string) []string {
	all := []string{}
	for _, v := range list {
		all = append(all, word(v))
	}
	return all
}
