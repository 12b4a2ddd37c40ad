// Command mxlab asks, for a mail domain, what each sender's TLS setting would
// do with a message: deliver it over TLS to a host that proved who it is,
// deliver it in another way, or not at all. It asks scenarios, which are
// incidents written down as one file each and played in a world of their own,
// or the real internet.
//
//	mxlab run       play scenarios and compare with what they claim
//	mxlab explain   tell the story of one delivery
//	mxlab check     test the hosts of a domain, on the real internet or in a world
//	mxlab serve     keep a scenario's world up, for other software
//	mxlab exec      run any program inside a scenario's world
//	mxlab conform   hold running mail software against the modes
//	mxlab list      list the scenarios of the catalogue
//	mxlab certs     write a scenario's certificates and keys as files
//	mxlab modes     list the senders' settings, their options and sources
//	mxlab new       write a scenario with comments, to make one's own of it
//	mxlab lint      check scenarios without playing them
//	mxlab schema    print the JSON Schema of scenarios, for editors
//
// Results go to the standard output, everything else to the standard error.
// The exit status is 0 if all held, 1 if something did not, 2 if the command
// was used wrongly, and 130 if it was interrupted.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program: arguments in, results and exit status out.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return program{stdout: stdout, stderr: stderr}.run(ctx, args)
}
