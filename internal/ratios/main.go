// Command ratios measures what mxlab promises about its cost, and prints one
// table.
//
// A time in seconds says little on a machine that one does not know. So each
// promise is a ratio of two benchmarks that run in one process, one after the
// other: a probe session against the same octets said by hand, a world started
// against a session in it. All of it is measured in several rounds, and a
// ratio is the median of its rounds, so that a busy moment decides nothing.
//
//	go run ./internal/ratios
//
// Exit status 0 means that every ratio is within its bound, 1 that one is over,
// or could not be measured.
//
// What this command never does: read a clock. The benchmarks do, and stand
// beside the code that they measure.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// rounds is odd, so that a median is a value that was measured. Many short
// rounds are steadier beside a busy neighbour than a few long ones.
const rounds = 21

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run measures and prints: the table to stdout, what it is doing to stderr.
func run(ctx context.Context, stdout, stderr io.Writer) int {
	measured, err := measure(ctx, packages(), stderr)
	if err == nil {
		var over bool
		over, err = report(stdout, measured)
		if err == nil && !over {
			return 0
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "ratios:", err)
	}
	return 1
}
