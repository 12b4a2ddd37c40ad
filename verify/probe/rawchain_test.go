package probe

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// negativeSerial is a copy of the test's certificate with the serial number -1,
// which crypto/x509 does not parse and OpenSSL does.
func negativeSerial(t *testing.T) []byte {
	der := bytes.Replace(certificate().Certificate[0], []byte{2, 1, 1, 0x30}, []byte{2, 1, 0xff, 0x30}, 1)
	_, err := x509.ParseCertificate(der)
	require.Error(t, err, "the certificate should be broken")
	return der
}

// A host sends a broken certificate. crypto/tls tells nothing of the chain then.
func TestSessionKeepsBrokenChain(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("junk"), 10_000) // fills several records
	for _, row := range []struct {
		name    string
		version uint16
		extra   [][]byte
		retry   bool // the server asks for another key share
	}{
		{"TLS 1.0", tls.VersionTLS10, [][]byte{negativeSerial(t)}, false},
		{"TLS 1.2", tls.VersionTLS12, [][]byte{negativeSerial(t)}, false},
		{"TLS 1.2, large", tls.VersionTLS12, [][]byte{big, {1}}, false},
		{"TLS 1.3", tls.VersionTLS13, [][]byte{negativeSerial(t)}, false},
		{"TLS 1.3, large", tls.VersionTLS13, [][]byte{big, {1}}, false},
		{"TLS 1.3 after HelloRetryRequest", tls.VersionTLS13, [][]byte{[]byte("junk")}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cert := certificate()
			cert.Certificate = append(cert.Certificate[:1:1], row.extra...)
			cfg := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: row.version, MaxVersion: row.version}
			if row.retry {
				cfg.CurvePreferences = []tls.CurveID{tls.CurveP521}
			}
			c := hosted(t, func(h *host) {
				h.untilSTARTTLS()
				h.startTLS(cfg)
				io.Copy(io.Discard, h.client.peer(h))
			})
			key := verify.SessionKey{Addr: somewhere, Hello: verify.Hello{TLS: true, MinVersion: tls.VersionTLS10}}
			s := c.Session(t.Context(), key, "example.com")
			assert.Equal(t, "handshake handshake-failed", short(s.Stop), "%+v", s.Stop)
			require.NotNil(t, s.TLS)
			assert.Equal(t, row.version, s.TLS.Version)
			assert.NotEmpty(t, tls.CipherSuiteName(s.TLS.Cipher))
			assert.NotContains(t, tls.CipherSuiteName(s.TLS.Cipher), "0x", "the suite")
			assert.Equal(t, cert.Certificate, s.TLS.Chain)
		})
	}
}

// A handshake that fails for another reason shows no chain, although a sound
// one was sent: its sender has not proved to hold the key.
func TestHandshakeFailedShowsNoSoundChain(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		cert := certificate()
		cert.PrivateKey = wrongSigner{cert.PrivateKey.(*ecdsa.PrivateKey)}
		c := hosted(t, func(h *host) {
			h.untilSTARTTLS()
			h.startTLS(&tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version})
			io.Copy(io.Discard, h.client.peer(h))
		})
		s := session(t, c)
		assert.Equal(t, "handshake handshake-failed", short(s.Stop), "%+v", s.Stop)
		assert.Nil(t, s.TLS)
	}
}

// wrongSigner signs something else than it is told.
type wrongSigner struct{ *ecdsa.PrivateKey }

func (w wrongSigner) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return w.PrivateKey.Sign(rand, bytes.Repeat([]byte{1}, len(digest)), opts)
}

// crypto/tls cannot be told which suite of TLS 1.3 to choose; openssl can.
func TestSessionKeepsBrokenChainOfEachSuite(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not there: install the package openssl")
	}
	dir := t.TempDir()
	key, err := x509.MarshalPKCS8PrivateKey(certificate().PrivateKey)
	require.NoError(t, err)
	file := func(name, typ string, der []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}), 0o600))
		return path
	}
	leaf := file("leaf.pem", "CERTIFICATE", certificate().Certificate[0])
	extra := file("extra.pem", "CERTIFICATE", negativeSerial(t))
	keyFile := file("key.pem", "PRIVATE KEY", key)

	for _, suite := range []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256} {
		t.Run(tls.CipherSuiteName(suite), func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), openssl, "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-tls1_3",
				"-ciphersuites", tls.CipherSuiteName(suite), "-cert", leaf, "-key", keyFile, "-cert_chain", extra)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			in, err := cmd.StdinPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			defer cmd.Wait()
			defer io.Copy(io.Discard, out)
			defer in.Close()
			defer cmd.Process.Kill()
			var addr string
			for sc := bufio.NewScanner(out); addr == ""; {
				require.True(t, sc.Scan(), "openssl s_server did not say where it listens")
				if rest, ok := strings.CutPrefix(sc.Text(), "ACCEPT "); ok {
					addr = rest
				}
			}
			conn, err := net.Dial("tcp", addr)
			require.NoError(t, err)
			d := &Dialogue{socket: conn, br: bufio.NewReader(conn), now: time.Now, ctxErr: t.Context().Err, release: func() bool { return true }}
			defer d.Close()
			shown, stop := d.Handshake(t.Context(), verify.Hello{TLS: true})
			assert.Equal(t, "handshake handshake-failed", short(stop), "%+v", stop)
			require.NotNil(t, shown)
			assert.Equal(t, verify.TLS{
				Version: tls.VersionTLS13, Cipher: suite,
				Chain: [][]byte{certificate().Certificate[0], negativeSerial(t)},
			}, *shown)
		})
	}
}

// What else crypto/tls does not go on with.
func TestDigestible(t *testing.T) {
	t.Parallel()
	signer := certificate().PrivateKey.(*ecdsa.PrivateKey)
	issue := func(pub any) []byte {
		tmpl := &x509.Certificate{SerialNumber: big.NewInt(1)}
		der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, pub, signer)
		require.NoError(t, err)
		return der
	}
	// id-ecPublicKey becomes an object identifier that nobody knows.
	unknown := bytes.Replace(certificate().Certificate[0], []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1}, []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 99}, 1)
	_, err := x509.ParseCertificate(unknown)
	require.NoError(t, err)
	rsaKey := func(bits uint) []byte {
		n := new(big.Int).Lsh(big.NewInt(1), bits-1)
		return issue(&rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537})
	}
	sound := certificate().Certificate[0]
	assert.True(t, digestible([][]byte{sound, rsaKey(8192)}))
	assert.True(t, digestible([][]byte{sound, unknown}), "the kind of key matters in the leaf alone")
	assert.False(t, digestible([][]byte{unknown, sound}), "a leaf that cannot sign")
	assert.False(t, digestible([][]byte{sound, rsaKey(8193)}), "an RSA key that is too large")
	assert.False(t, digestible([][]byte{sound, negativeSerial(t)}))
}

// A tap does not keep more than a handshake can be.
func TestTapIsBounded(t *testing.T) {
	t.Parallel()
	p := &tap{on: true, Conn: &script{ever: []byte("x"), max: 1 << 20, deadline: time.Unix(1, 0)}}
	for range 3 {
		_, err := io.ReadFull(p, make([]byte, maxTap))
		require.NoError(t, err)
	}
	assert.Len(t, p.read, maxTap)
}

// The octets come from the network: no cut and no change may do harm.
func FuzzRawChain(f *testing.F) {
	hello := serverHello(tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA)
	list := []byte{11, 0, 0, 10, 0, 0, 7, 0, 0, 4, 'j', 'u', 'n', 'k'}
	f.Add(append(record(22, hello), record(22, list)...), []byte(nil))
	f.Add(record(22, append(hello, list...)), []byte("secret"))
	hello13 := append(serverHello(tls.VersionTLS12, tls.TLS_AES_128_GCM_SHA256), 0, 6, 0, 43, 0, 2, 3, 4)
	hello13[3] += 8
	f.Add(append(record(22, hello13), record(23, make([]byte, 40))...), []byte("secret"))
	f.Fuzz(func(t *testing.T, read, secret []byte) {
		shown := rawChain(read, secret)
		if shown == nil {
			return
		}
		size := 0
		for _, der := range shown.Chain {
			size += len(der)
		}
		if size > len(read) || len(shown.Chain) == 0 || digestible(shown.Chain) {
			t.Errorf("%d octets became %s", len(read), fmt.Sprint(shown.Chain))
		}
	})
}
