package conform

import (
	"context"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
)

// A listening takes what programs write by syslog(3), in the place of the world.
type listening struct {
	conn  *net.UnixConn
	own   net.Conn // to conn
	mu    sync.Mutex
	lines []string
	marks map[string]chan struct{} // that are still to be read
	grown chan struct{}            // there may be more lines
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
	own, err := net.Dial("unixgram", path)
	if err == nil {
		err = os.Chmod(path, 0o666)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	l := &listening{conn: c, own: own, marks: map[string]chan struct{}{}, grown: make(chan struct{}, 1)}
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
		text := string(buf[:n])
		l.mu.Lock()
		if mark := l.marks[text]; mark != nil {
			close(mark)
			delete(l.marks, text)
		} else {
			l.lines = append(l.lines, strings.TrimRight(syslogHead.ReplaceAllString(text, ""), "\n\x00"))
		}
		l.mu.Unlock()
		select {
		case l.grown <- struct{}{}:
		default:
		}
	}
}

// follow tells read each line from number n on, until done, or ctx ends, and gives
// the number of the next line. One goroutine at a time may follow.
func (l *listening) follow(ctx context.Context, n int, read func(string), done func() bool) int {
	for {
		l.mu.Lock()
		lines := l.lines[n:len(l.lines):len(l.lines)]
		l.mu.Unlock()
		for _, line := range lines {
			read(line)
		}
		if n += len(lines); done() {
			return n
		}
		select {
		case <-ctx.Done():
			return n
		case <-l.grown:
		}
	}
}

// end gives all that was written so far.
func (l *listening) end() []string {
	l.mu.Lock()
	mark := make(chan struct{})
	name := fmt.Sprintf("mark %p", mark)
	l.marks[name] = mark
	l.mu.Unlock()
	if _, err := l.own.Write([]byte(name)); err == nil {
		<-mark
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines[:len(l.lines):len(l.lines)]
}
