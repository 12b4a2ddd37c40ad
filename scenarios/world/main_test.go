package world_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

// TestMain fails if a goroutine of a world, of its servers or of a sender
// outlives the tests: each of them closes what it started.
func TestMain(m *testing.M) {
	code := m.Run()
	if left := leftover(); code == 0 && left != "" {
		fmt.Printf("a goroutine was left behind:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leftover gives the stack of a goroutine that is not the testing package's.
func leftover() string {
	var left string
	for range 10000 {
		left = ""
		buf := make([]byte, 4<<20)
		for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			for _, ours := range []string{"mxlab/", "go-smtp.", "miekg/dns.", "crypto/tls."} {
				if !strings.Contains(g, "TestMain") && strings.Contains(g, ours) {
					left = g
				}
			}
		}
		if left == "" {
			break
		}
		runtime.Gosched() // it may be on its last instruction
	}
	return left
}

// catalogue reads every scenario anew, so that tests share nothing.
func catalogue(t *testing.T) []*scenarios.Scenario {
	t.Helper()
	all, err := scenarios.Find()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}
