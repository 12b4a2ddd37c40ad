package conform

import (
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
)

// A listening takes what programs write by syslog(3), in the place of the world.
type listening struct {
	conn  *net.UnixConn
	mu    sync.Mutex
	lines []string
}

// listen takes the path of the system's log.
func listen() (*listening, error) {
	const path = "/dev/log"
	if err := os.Remove(path); err != nil {
		return nil, err
	}
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o666); err != nil {
		c.Close()
		return nil, err
	}
	l := &listening{conn: c}
	go l.read()
	return l, nil
}

// A message begins with its priority and the time: RFC 3164 section 4.1.
var syslogHead = regexp.MustCompile(`^<\d{1,3}>(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?`)

func (l *listening) read() {
	for buf := make([]byte, 64<<10); ; {
		n, _, err := l.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		l.mu.Lock()
		l.lines = append(l.lines, strings.TrimRight(syslogHead.ReplaceAllString(string(buf[:n]), ""), "\n\x00"))
		l.mu.Unlock()
	}
}

// soFar gives the lines of so far.
func (l *listening) soFar() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines[:len(l.lines):len(l.lines)]
}
