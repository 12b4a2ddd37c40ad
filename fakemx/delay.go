package fakemx

import "time"

// wait delays what is written next. A world is told, and lets the time of
// whoever reads pass; a client of a server that no world drives really waits.
func (c *conn) wait(d time.Duration) {
	switch {
	case d <= 0:
	case c.server.Delayed != nil:
		c.server.Delayed(c.wire.RemoteAddr(), c.wire.sent, d)
	default:
		over := make(chan struct{})
		timer := time.AfterFunc(d, func() { close(over) })
		defer timer.Stop()
		select {
		case <-over:
		case <-c.server.done:
		}
	}
}
