package world_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// BenchmarkCatalogue compares the processor time that playing the catalogue
// takes under all modes, for each session in it, with that of a bare session
// over TLS: the same octets, and nothing around them. Worlds, certificates,
// lookups and judgement all count as cost; a session is whatever connection an
// MX host took, so that some are in clear text. Counted by TLS sessions alone
// the cost is higher, and reported beside it.
func BenchmarkCatalogue(b *testing.B) {
	b.Run("play", func(b *testing.B) {
		list, err := scenarios.Find()
		if err != nil {
			b.Fatal(err)
		}
		modes := scenarios.Modes()
		sessions, overTLS := 0, 0
		before := processorTime()
		for b.Loop() {
			for _, s := range list {
				w, err := world.New(s, time.Time{})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := w.Run(b.Context(), world.Policies(s, modes)); err != nil {
					b.Fatal(err)
				}
				for _, r := range w.Records() {
					for _, met := range r.Sessions {
						sessions++
						if met.TLS != nil || met.HandshakeErr != nil {
							overTLS++
						}
					}
				}
				w.Close()
			}
		}
		used := float64(processorTime() - before)
		b.ReportMetric(used/float64(sessions), "cpu-ns/session")
		b.ReportMetric(used/float64(overTLS), "cpu-ns/TLS-session")
		b.ReportMetric(float64(sessions)/float64(b.N), "sessions")
	})
	b.Run("bare", func(b *testing.B) {
		address := bareHost(b)
		before := processorTime()
		for b.Loop() {
			if err := bareSession(address); err != nil {
				b.Fatal(err)
			}
		}
		used := float64(processorTime()-before) / float64(b.N)
		b.ReportMetric(used, "cpu-ns/session")
		b.ReportMetric(used, "cpu-ns/TLS-session")
	})
}

// bareHost answers SMTP without reading it, and STARTTLS with a handshake.
func bareHost(b *testing.B) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mx.example"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		b.Fatal(err)
	}
	// As a host of a world does, it sends its issuer's certificate too.
	cfg := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der, der}, PrivateKey: key}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { bareAnswers(c, cfg) })
		}
	})
	b.Cleanup(func() {
		l.Close()
		serving.Wait()
	})
	return l.Addr().String()
}

func bareAnswers(c net.Conn, cfg *tls.Config) {
	defer c.Close()
	r := bufio.NewReader(c)
	io.WriteString(c, "220 mx.example\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch {
		case strings.HasPrefix(line, "STARTTLS"):
			io.WriteString(c, "220 go\r\n")
			over := tls.Server(c, cfg)
			defer over.Close()
			c, r = over, bufio.NewReader(over)
		default:
			io.WriteString(c, "250 ok\r\n")
		}
	}
}

// bareSession is one session up to RCPT, and its end.
func bareSession(address string) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	if _, err := r.ReadString('\n'); err != nil {
		return err
	}
	say := func(w io.Writer, lines ...string) error {
		for _, line := range lines {
			if _, err := io.WriteString(w, line+"\r\n"); err != nil {
				return err
			}
			if _, err := r.ReadString('\n'); err != nil {
				return err
			}
		}
		return nil
	}
	if err := say(c, "EHLO sender.example", "STARTTLS"); err != nil {
		return err
	}
	over := tls.Client(c, &tls.Config{InsecureSkipVerify: true, CurvePreferences: []tls.CurveID{tls.X25519}})
	if err := over.Handshake(); err != nil {
		return err
	}
	r.Reset(over)
	if err := say(over, "EHLO sender.example", "MAIL FROM:<a@sender.example>", "RCPT TO:<b@example.com>", "QUIT"); err != nil {
		return err
	}
	return over.Close()
}
