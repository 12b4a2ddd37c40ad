package probe

import (
	"context"
	"crypto/tls"
	"errors"

	"mxlab/verify"
)

// errTwice refuses a handshake inside TLS.
var errTwice = errors.New("TLS runs already")

// Handshake opens TLS as the hello says; no certificate is checked. If our TLS
// library cannot go on with the host's certificates, because one is broken, the
// result has them beside the Stop; otherwise a Stop comes without a result.
// After a Stop nothing more can be said on the connection (RFC 8446 section
// 6.2).
func (d *Dialogue) Handshake(ctx context.Context, h verify.Hello) (*verify.TLS, *verify.Stop) {
	switch {
	case d.over != nil:
		return nil, d.over
	case d.tls != nil:
		return nil, d.local(verify.StageHandshake, errTwice)
	}
	defer d.step(verify.StageHandshake)()
	if err := d.socket.SetDeadline(d.now().Add(HandshakeTimeout)); err != nil {
		return nil, d.fail(verify.StageHandshake, err)
	}
	t := &tap{Conn: d.socket, on: true}
	config := clientConfig(h, t, d.cert)
	config.ClientSessionCache = &d.tickets
	conn := tls.Client(t, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		d.handshakeFail(ctx, err, t)
		if d.over.Cause != verify.HandshakeFailed {
			return nil, d.over
		}
		return rawChain(t.read, t.serverSecret()), d.over
	}
	t.forget()
	d.tls, d.tap, d.keywords = conn, t, nil
	d.br.Reset(conn)
	state := conn.ConnectionState()
	shown := &verify.TLS{Version: state.Version, Cipher: state.CipherSuite, Asked: t.asked, Staple: state.OCSPResponse}
	for _, cert := range state.PeerCertificates {
		shown.Chain = append(shown.Chain, cert.Raw)
	}
	return shown, nil
}

// alertProtocolVersion is the alert of RFC 8446 section 6.2.
const alertProtocolVersion = 70

// handshakeFail ends the conversation with the cause that the error has in a
// handshake.
func (d *Dialogue) handshakeFail(ctx context.Context, err error, t *tap) {
	d.fail(verify.StageHandshake, err)
	switch {
	case ctx.Err() != nil || d.ctxErr() != nil:
		d.over.Cause = verify.LocalFailure
	case d.over.Cause == verify.ConnectionSilent:
		d.over.Cause = verify.HandshakeSilent
	case d.over.Cause == verify.ConnectionClosed:
		d.over.Cause = verify.HandshakeClosed
	case d.over.Alert == alertProtocolVersion:
		d.over.Cause = verify.HandshakeVersion
	case d.over.Cause != verify.LocalFailure || t.wrote == 0:
	case t.alert == alertProtocolVersion:
		d.over.Cause = verify.HandshakeVersion
	default:
		d.over.Cause = verify.HandshakeFailed
	}
}

// clientConfig makes a ClientHello like those of the senders: the groups of
// OpenSSL's defaults, and its suites unless the hello says others, as far as
// crypto/tls has them. The key exchange
// by RSA, which crypto/tls leaves out by default, is among them.
func clientConfig(h verify.Hello, t *tap, cert *tls.Certificate) *tls.Config {
	return &tls.Config{
		// Like OpenSSL, and other than crypto/tls by itself, it is shown whichever
		// authorities the host names (RFC 8446 section 4.4.2.3 leaves it to the client).
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			t.asked = true
			if cert == nil {
				return new(tls.Certificate), nil
			}
			return cert, nil
		},
		ServerName:         h.SNI,
		MinVersion:         h.MinVersion,
		MaxVersion:         h.MaxVersion,
		InsecureSkipVerify: true, // a judgement does it
		KeyLogWriter:       keyLog{t},
		CurvePreferences:   []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
		CipherSuites:       suites(h.Suites),
	}
}

// suites gives what crypto/tls has of a set of cipher suites.
func suites(s verify.Suites) []uint16 {
	switch s {
	case verify.Schannel2012R2:
		return []uint16{
			tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
			tls.TLS_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_RSA_WITH_AES_128_CBC_SHA256, tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
			tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_RSA_WITH_RC4_128_SHA,
		}
	default:
		return []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
			tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_RSA_WITH_AES_128_CBC_SHA256, tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA,
		}
	}
}
