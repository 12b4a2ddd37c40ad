package netns

import (
	"fmt"
	"net"
	"os"
	"regexp"
)

// A message of syslog(3) begins with its priority, and often with the local
// time (RFC 3164 section 4.1).
var syslogHead = regexp.MustCompile(`^<\d{1,3}>(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?`)

// A systemLog is the socket to which programs write by syslog(3).
type systemLog struct {
	conn *net.UnixConn
	own  net.Conn      // to conn, also when something else has taken the path
	end  chan struct{} // closed behind the last message
}

// listenToLog takes what programs write to the system's log.
func listenToLog(path string, w Witness) (*systemLog, error) {
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("listen to the log: %w", err)
	}
	own, err := net.Dial("unixgram", path)
	if err == nil {
		err = os.Chmod(path, 0o666)
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("listen to the log: %w", err)
	}
	l := &systemLog{c, own, make(chan struct{})}
	go l.read(w)
	return l, nil
}

// last is the message behind which nothing is read.
const last = "mxlab: the log ends here"

func (l *systemLog) read(w Witness) {
	defer close(l.end)
	for buf := make([]byte, 64<<10); ; {
		n, _, err := l.conn.ReadFrom(buf)
		if err != nil || string(buf[:n]) == last {
			return
		}
		if w != nil {
			w.Logged(syslogHead.ReplaceAllString(string(buf[:n]), ""))
		}
	}
}

// Close ends the log, behind what was written to it so far.
func (l *systemLog) Close() {
	if _, err := l.own.Write([]byte(last)); err == nil {
		<-l.end
	}
	l.own.Close()
	l.conn.Close()
}
