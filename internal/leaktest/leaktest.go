// Package leaktest lets a package's tests fail if one of their goroutines
// outlives them. What a test starts it must close, and Close must wait.
//
//	func TestMain(m *testing.M) { leaktest.Main(m, "mxlab/", "go-smtp.") }
package leaktest

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// Main runs the tests and exits. The status is 1 if a goroutine is left whose
// stack has one of the texts in it. A goroutine that is on its last steps is
// given the time for them.
func Main(m *testing.M, ours ...string) {
	code := m.Run()
	left := leftover(ours)
	for i := 0; i < 10_000 && left != ""; i++ {
		runtime.Gosched()
		left = leftover(ours)
	}
	if left != "" && code == 0 {
		fmt.Fprintf(os.Stderr, "a goroutine was left behind:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leftover gives the stack of a goroutine that one of the texts names, but for
// the one that asks.
func leftover(ours []string) string {
	buf := make([]byte, 1<<20)
	for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		for _, text := range ours {
			if strings.Contains(g, text) && !strings.Contains(g, "leaktest.Main") {
				return g
			}
		}
	}
	return ""
}
