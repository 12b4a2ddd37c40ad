package probe

import (
	"bytes"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// After the tests no goroutine of theirs may be left.
func TestMain(m *testing.M) {
	code := m.Run()
	left := ours()
	// A goroutine ends a moment after its connection did.
	tick := time.NewTicker(10 * time.Millisecond)
	for i := 0; i < 500 && left != ""; i++ {
		<-tick.C
		left = ours()
	}
	if left != "" && code == 0 {
		fmt.Fprintf(os.Stderr, "goroutines are left:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// ours gives the stacks of the goroutines that this package or its connections
// run in, but for the one that asks.
func ours() string {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 2)
	var left []string
	for _, stack := range strings.Split(b.String(), "\n\n") {
		if !strings.Contains(stack, "TestMain") && (strings.Contains(stack, "verify/probe") || strings.Contains(stack, "crypto/tls") || strings.Contains(stack, "miekg/dns")) {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}
