package fakemx_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestMain fails if a goroutine of a server, or of go-smtp inside it, outlives
// the tests: each of them closes what it started.
func TestMain(m *testing.M) {
	code := m.Run()
	if left := leftover(); code == 0 && left != "" {
		fmt.Printf("a goroutine was left behind:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

func leftover() string {
	var left string
	for range 1000 {
		left = ""
		buf := make([]byte, 1<<20)
		for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if !strings.Contains(g, "TestMain") && (strings.Contains(g, "fakemx.(*") || strings.Contains(g, "go-smtp.")) {
				left = g
			}
		}
		if left == "" {
			break
		}
		runtime.Gosched() // it may be on its last instruction
	}
	return left
}
