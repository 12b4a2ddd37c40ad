package fakemx_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// at220 leads a client behind the 220 to STARTTLS.
func at220(t *testing.T, cfg *tls.Config, faults ...fakemx.Fault) (*fakemx.Server, *client) {
	t.Helper()
	s := start(t, cfg, faults...)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	return s, c
}

// alertOf is the number of the alert that an error tells of.
func alertOf(t *testing.T, err error) string {
	t.Helper()
	var remote *net.OpError
	require.ErrorAs(t, err, &remote, "%v", err)
	require.Equal(t, "remote error", remote.Op)
	return remote.Err.Error()
}

func TestEachAlert(t *testing.T) {
	t.Parallel()
	for name, number := range map[string]uint8{
		"unexpected_message": 10, "bad_record_mac": 20, "record_overflow": 22, "handshake_failure": 40, "bad_certificate": 42,
		"unsupported_certificate": 43, "certificate_revoked": 44, "certificate_expired": 45, "certificate_unknown": 46,
		"illegal_parameter": 47, "unknown_ca": 48, "access_denied": 49, "decode_error": 50, "decrypt_error": 51,
		"protocol_version": 70, "insufficient_security": 71, "internal_error": 80, "inappropriate_fallback": 86,
		"missing_extension": 109, "unsupported_extension": 110, "unrecognized_name": 112,
		"bad_certificate_status_response": 113, "unknown_psk_identity": 115, "certificate_required": 116, "no_application_protocol": 120,
	} {
		_, c := at220(t, nil, fakemx.AlertNamed(name))
		assert.Equal(t, tls.AlertError(number).Error(), alertOf(t, c.handshake(&tls.Config{ServerName: "mx.example"})), name)
	}
	for _, warning := range []string{"close_notify", "user_canceled"} {
		_, c := at220(t, nil, fakemx.AlertNamed(warning))
		assert.ErrorIs(t, c.handshake(&tls.Config{ServerName: "mx.example"}), io.EOF, warning)
	}
}

func TestAfter220InOtherWays(t *testing.T) {
	t.Parallel()
	_, c := at220(t, nil, fakemx.Reject(fakemx.After220To, 554))
	var plain tls.RecordHeaderError
	require.ErrorAs(t, c.handshake(&tls.Config{ServerName: "mx.example"}), &plain)
	assert.Equal(t, "554 5", string(plain.RecordHeader[:]))

	_, c = at220(t, nil, fakemx.After220(fakemx.HalfRecord))
	assert.ErrorIs(t, c.handshake(&tls.Config{ServerName: "mx.example"}), io.ErrUnexpectedEOF)

	_, c = at220(t, nil, fakemx.SSL3)
	assert.ErrorContains(t, c.handshake(&tls.Config{ServerName: "mx.example", MinVersion: tls.VersionTLS10}), "unsupported protocol version 300")
}

// What is put behind the 220 comes in one piece with it, and TLS follows.
func TestPlaintextBehind220(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := start(t, cfg, fakemx.PlaintextBehind220)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	c.expect("STARTTLS", "220 ")
	behind := make([]byte, c.r.Buffered())
	_, err := io.ReadFull(c.r, behind)
	require.NoError(t, err)
	assert.Equal(t, "250 mx.example greets you in clear text\r\n", string(behind))
	require.NoError(t, c.handshake(trust))
	c.expect("EHLO client.example", "250-")
	c.send("inside")
}

// CVE-2011-0411: what was said in clear text counts inside TLS.
func TestExecutesPipelined(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	s := start(t, cfg, fakemx.ExecutesPipelined)
	c := greeted(t, s)
	c.expect("EHLO client.example", "250-")
	e := &eager{Conn: c.conn, first: []byte("STARTTLS\r\nEHLO evil.example\r\n"), r: c.r}
	require.NoError(t, func() error { c.conn = e; return c.handshake(trust) }())
	require.Contains(t, c.reply(), "greets evil.example")
	assert.Equal(t, "evil.example", s.Sessions()[0].EHLO)
	c.send("inside")
}

func TestSNI(t *testing.T) {
	t.Parallel()
	cfg, _ := identity(t)
	chosen := &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return cfg, nil }}
	for _, cfg := range []*tls.Config{cfg, chosen} {
		for _, tc := range []struct {
			fault fakemx.Fault
			name  string
			alert uint8 // 0: none
		}{
			{fakemx.SNIRequired, "", 109}, {fakemx.SNIRequired, "mx.example", 0},
			{fakemx.SNIRefused, "", 0}, {fakemx.SNIRefused, "mx.example", 112},
		} {
			for _, max := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				_, c := at220(t, cfg, tc.fault)
				err := c.handshake(&tls.Config{ServerName: tc.name, InsecureSkipVerify: true, MaxVersion: max})
				if tc.alert != 0 {
					assert.Equal(t, tls.AlertError(tc.alert).Error(), alertOf(t, err), "%s, %q", tc.fault, tc.name)
					continue
				}
				require.NoError(t, err, "%s, %q", tc.fault, tc.name)
				c.expect("EHLO client.example", "250-")
			}
		}
	}
}

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	with := trust.Clone()
	with.Certificates = cfg.Certificates
	for _, tc := range []struct {
		fault  fakemx.Fault
		client *tls.Config
		alert  map[uint16]uint8 // by TLS version; none: the session goes on
		kept   int
	}{
		{fakemx.ClientCertRequested, trust, nil, 0},
		{fakemx.ClientCertRequested, with, nil, 1},
		{fakemx.ClientCertRequired, with, nil, 1},
		{fakemx.ClientCertRequired, trust, map[uint16]uint8{tls.VersionTLS12: 40, tls.VersionTLS13: 116}, 0},
		{fakemx.ClientCertVerified, trust, map[uint16]uint8{tls.VersionTLS12: 40, tls.VersionTLS13: 116}, 0},
		{fakemx.ClientCertVerified, with, map[uint16]uint8{tls.VersionTLS12: 48, tls.VersionTLS13: 48}, 0}, // no authority is known
		{fakemx.ClientCertRefused, trust, nil, 0},
		{fakemx.ClientCertRefused, with, map[uint16]uint8{tls.VersionTLS12: 42, tls.VersionTLS13: 42}, 0},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			s, c := at220(t, cfg, tc.fault)
			client := tc.client.Clone()
			client.MaxVersion = version
			err := c.handshake(client)
			if tc.alert != nil {
				if version == tls.VersionTLS13 {
					require.NoError(t, err, "the client learns it behind its handshake")
					_, err = c.r.ReadByte()
				}
				assert.Equal(t, tls.AlertError(tc.alert[version]).Error(), alertOf(t, err), tc.fault)
				continue
			}
			require.NoError(t, err, tc.fault)
			c.expect("EHLO client.example", "250-")
			assert.Len(t, s.Sessions()[0].TLS.PeerCertificates, tc.kept, tc.fault)
		}
	}
}

func TestCipherAndCurve(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	_, c := at220(t, cfg, fakemx.Cipher(tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384))
	require.NoError(t, c.handshake(trust))
	state := c.conn.(*tls.Conn).ConnectionState()
	assert.Equal(t, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, state.CipherSuite)
	assert.Equal(t, uint16(tls.VersionTLS12), state.Version)

	_, c = at220(t, cfg, fakemx.Cipher(tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA))
	assert.Equal(t, tls.AlertError(40).Error(), alertOf(t, c.handshake(trust)), "no cipher in common")

	for _, id := range []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521, tls.X25519MLKEM768} {
		_, c = at220(t, cfg, fakemx.Curve(id))
		require.NoError(t, c.handshake(trust), id)
		assert.Equal(t, id, c.conn.(*tls.Conn).ConnectionState().CurveID)
	}
	_, c = at220(t, cfg, fakemx.Curve(tls.X25519MLKEM768))
	classic := trust.Clone()
	classic.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256}
	assert.Equal(t, tls.AlertError(40).Error(), alertOf(t, c.handshake(classic)), "no group in common")
}

// Wherever the changed octet stands, the handshake fails, and nobody waits
// without being told.
func TestCorrupt(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, n := range []int{1, 4, 5, 6, 9, 12, 60, 80, 130, 200, 400} {
			s, told := withSilent(t, cfg, fakemx.Corrupt(n))
			c := greeted(t, s)
			c.expect("EHLO client.example", "250-")
			c.expect("STARTTLS", "220 ")
			client := trust.Clone()
			client.MaxVersion = version
			result := make(chan error, 1)
			go func() { result <- c.handshake(client) }()
			select {
			case err := <-result:
				assert.Error(t, err, "octet %d", n)
				<-told
			case <-told:
				s.Close()
				assert.Error(t, <-result, "octet %d", n)
			}
		}
	}
}

func TestSessionTickets(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for _, faults := range [][]fakemx.Fault{nil, {fakemx.NoSessionTickets}} {
		s := start(t, cfg, faults...)
		client := trust.Clone()
		client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		for turn := range 2 {
			c := greeted(t, s)
			c.expect("EHLO client.example", "250-")
			c.expect("STARTTLS", "220 ")
			require.NoError(t, c.handshake(client))
			c.expect("EHLO client.example", "250-")
			assert.Equal(t, turn == 1 && faults == nil, c.conn.(*tls.Conn).ConnectionState().DidResume, "%v, session %d", faults, turn+1)
		}
	}
}

func TestNoCloseNotify(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	for _, faults := range [][]fakemx.Fault{nil, {fakemx.NoCloseNotify}} {
		_, c := at220(t, cfg, faults...)
		var seen bytes.Buffer
		c.conn = &tee{c.conn, &seen}
		client := trust.Clone()
		client.MaxVersion = tls.VersionTLS12 // whose alerts can be told from data
		require.NoError(t, c.handshake(client))
		c.expect("QUIT", "221 ")
		c.ended()
		var last byte
		for b := seen.Bytes(); len(b) > 0; b = b[5+int(b[3])<<8+int(b[4]):] {
			last = b[0]
		}
		assert.Equal(t, map[bool]byte{true: 21, false: 23}[faults == nil], last, "the content type of the last record")
	}
}

// The alert of a host that wants a server name stands in clear text, and only
// there; later alerts are crypto/tls's own.
func TestSNIAlertIsTheOnlyOneChanged(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	_, c := at220(t, cfg, fakemx.SNIRequired)
	var seen bytes.Buffer
	c.conn = &tee{c.conn, &seen}
	client := trust.Clone()
	client.MinVersion, client.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	assert.Equal(t, tls.AlertError(70).Error(), alertOf(t, c.handshake(client)))
}
