package probe

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"mxlab/verify"
)

// BenchmarkSession compares a session to its floor: the same octets said by
// hand to the same host.
func BenchmarkSession(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer l.Close()
	cfg := &tls.Config{Certificates: []tls.Certificate{certificate()}}
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				honest(conn, cfg)
			})
		}
	})
	addr := l.Addr().(*net.TCPAddr).AddrPort()

	b.Run("probe", func(b *testing.B) {
		c := &Client{Now: time.Now, Name: "sender.example", From: "probe@sender.example"}
		key := verify.SessionKey{Addr: netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()), Hello: overTLS}
		for b.Loop() {
			s := c.Session(context.Background(), key, "example.com")
			if s.Stop != nil || s.TLS.Version != tls.VersionTLS13 {
				b.Fatal(short(s.Stop))
			}
		}
	})
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			if err := floor(addr.String()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// floor is a session without a deadline, a limit, a record or a check.
func floor(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	br := bufio.NewReader(conn)
	reply := func() error {
		for {
			line, err := br.ReadSlice('\n')
			if err != nil || line[3] == ' ' {
				return err
			}
		}
	}
	say := func(w io.Writer, lines ...string) error {
		for _, line := range lines {
			if _, err := io.WriteString(w, line+"\r\n"); err != nil {
				return err
			}
			if err := reply(); err != nil {
				return err
			}
		}
		return nil
	}
	if err := reply(); err != nil {
		return err
	}
	if err := say(conn, "EHLO sender.example", "STARTTLS"); err != nil {
		return err
	}
	over := tls.Client(conn, &tls.Config{ServerName: "mx.example", InsecureSkipVerify: true,
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}})
	if err := over.Handshake(); err != nil {
		return err
	}
	br.Reset(over)
	if err := say(over, "EHLO sender.example", "MAIL FROM:<probe@sender.example>", "RCPT TO:<postmaster@example.com>", "QUIT"); err != nil {
		return err
	}
	return over.Close()
}

// honest answers whatever is said.
func honest(conn net.Conn, cfg *tls.Config) {
	br := bufio.NewReader(conn)
	io.WriteString(conn, "220 mx.example\r\n")
	for {
		line, err := br.ReadString('\n')
		answer := "250 ok\r\n"
		switch verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); {
		case err != nil:
			return
		case verb == "EHLO":
			answer = "250-mx.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"
		case verb == "STARTTLS":
			answer = "220 go\r\n"
		case verb == "QUIT":
			answer = "221 bye\r\n"
		}
		io.WriteString(conn, answer)
		if answer == "220 go\r\n" {
			over := tls.Server(conn, cfg)
			defer over.Close()
			conn, br = over, bufio.NewReader(over)
		}
	}
}
