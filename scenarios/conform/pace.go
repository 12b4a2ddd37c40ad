package conform

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"mxlab/fakedns"
	"mxlab/scenarios"
)

// Time is real, and products wait for minutes. So both sides are made faster in
// proportion: a sender's time-outs are its defaults divided by hurry, and so are
// the delays of the scenario. What a sender would wait for it still waits for,
// and what it would give up it still gives up.
const (
	hurry    = 60 // a minute is a second
	hurryDNS = 5  // resolvers count in seconds: the five of a time-out are one
)

// HostDelay gives the pace of hosts at a patience.
func HostDelay(patience int) func(time.Duration) time.Duration {
	return func(d time.Duration) time.Duration { return d * time.Duration(patience) / hurry }
}

// DNSDelay gives the pace of the DNS.
func DNSDelay(patience int) func(time.Duration) time.Duration {
	return func(d time.Duration) time.Duration { return d * time.Duration(patience) / hurryDNS }
}

// wait gives a time-out in place of the product's own, in whole seconds.
func (t Task) wait(own time.Duration) int {
	return max(int((own*time.Duration(t.Patience)/hurry+time.Second-1)/time.Second), 1)
}

// secs is wait in Postfix's and Exim's way of writing: "5s".
func (t Task) secs(own time.Duration) string { return fmt.Sprintf("%ds", t.wait(own)) }

// Longest is how long to wait for the end of all messages.
func (t Task) Longest() time.Duration { return time.Duration(t.Patience) * 40 * time.Second }

var resolverOptions = regexp.MustCompile(`(?m)^options .*\n`)

// hasten makes the resolver of the system as impatient as the pace of the DNS. It
// looks for no name below the sender's own domain, which the world does not have.
func (t Task) hasten() error {
	const path = "/etc/resolv.conf"
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	rest := resolverOptions.ReplaceAllString(string(text), "")
	return os.WriteFile(path, []byte(strings.TrimRight(rest, "\n")+fmt.Sprintf("\nsearch .\noptions trust-ad timeout:%d\n", t.Patience)), 0o644)
}

// hangs says of a scenario why it cannot be tried with a product that asks the C
// library, or OpenBSD's: send_vc of glibc's res_send.c waits for an answer by TCP
// without a time-out.
func hangs(s *scenarios.Scenario) string {
	for _, f := range s.Faults {
		if f.TCP == fakedns.Timeout {
			return "the resolver of the product waits for an answer by TCP without end"
		}
	}
	return ""
}

// within bounds a context by how long the end of all messages may take.
func (t Task) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, t.Longest())
}

// ahead bounds a context by the lead that a message has before the next one is
// handed in. In that time most are delivered, and one process serves them all;
// while one waits for a host, each of the others has its own.
func ahead(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 500*time.Millisecond)
}

// until calls done again and again until it is true, or ctx ends.
func until(ctx context.Context, done func() bool) bool {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return done()
		case <-tick.C:
		}
	}
	return true
}
