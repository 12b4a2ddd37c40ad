package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mxlab/scenarios"
)

// byHand is what one would type into a world to see how fast Postfix is there: many
// messages at once, in a queue in memory. It prints the seconds from the first to
// the last.
const byHand = `
	postconf -e compatibility_level=3.6 maillog_file=/var/log/postfix.log myhostname=mail.sender.example mydestination= inet_interfaces=127.0.0.1 \
		in_flow_delay=0 smtp_tls_security_level=encrypt smtp_tls_CAfile=$SSL_CERT_FILE smtp_connection_cache_on_demand=no
	postconf -Me "postlog/unix-dgram=postlog unix-dgram n - n - 1 postlogd"
	postfix start
	until smtp-source -m 1 -f a@sender.example -t b@example.com 127.0.0.1:25; do :; done
	began=$(date +%s.%N)
	smtp-source -s 4 -m $MESSAGES -f a@sender.example -t b@example.com 127.0.0.1:25
	until [ $(grep -c status=sent /var/log/postfix.log) -gt $MESSAGES ]; do :; done
	echo $began $(date +%s.%N) >&3
	postfix abort`

// BenchmarkPostfix measures how many messages a real Postfix sends in a second: one
// under each level in ever other worlds, as mxlab conform has it, of every eighth
// scenario, and many in one world, by hand.
func BenchmarkPostfix(b *testing.B) {
	for _, needed := range []string{"postfix", "postconf", "smtp-source"} {
		if _, err := exec.LookPath(needed); err != nil {
			b.Skipf("%s is missing; install postfix to measure it", needed)
		}
	}
	if !namespaces() {
		b.Skip("exec needs the namespaces of Linux; mxlab exec hosted/ptr-not-mx says what to do about it")
	}
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	if beside := filepath.Join(filepath.Dir(self), "mxlab"); exec.Command(beside, "--version").Run() == nil {
		self = beside
	}
	args := []string{"mxlab", "conform", "--driver", "postfix", "--json"}
	for i, name := range scenarios.List() {
		if i%8 == 0 {
			args = append(args, name)
		}
	}
	b.Run("worlds", func(b *testing.B) {
		messages := 0
		for b.Loop() {
			out, err := (&exec.Cmd{Path: self, Args: args}).Output()
			if err != nil {
				b.Fatalf("conform: %v", err)
			}
			var c struct{ Trials []struct{ Fate string } }
			if err := json.Unmarshal(out, &c); err != nil {
				b.Fatal(err)
			}
			for _, trial := range c.Trials {
				if trial.Fate != "" {
					messages++
				}
			}
		}
		b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
	})
	b.Run("hand", func(b *testing.B) {
		const messages = 200
		var seconds float64
		for b.Loop() {
			cmd := &exec.Cmd{Path: self, Args: []string{"mxlab", "exec", "hosted/ptr-not-mx", "--", "bash", "-c",
				"exec 3>&1 >/dev/null 2>&1; MESSAGES=" + strconv.Itoa(messages) + byHand}}
			out, err := cmd.Output()
			words := strings.Fields(string(out))
			if err != nil || len(words) != 2 {
				b.Fatalf("by hand: %v: %s", err, out)
			}
			began, err1 := strconv.ParseFloat(words[0], 64)
			ended, err2 := strconv.ParseFloat(words[1], 64)
			if err1 != nil || err2 != nil {
				b.Fatalf("by hand: %s", out)
			}
			seconds += ended - began
		}
		b.ReportMetric(messages*float64(b.N)/seconds, "messages/s")
	})
}
