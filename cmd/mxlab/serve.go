package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	dir     string
	table   string
	control string
	print   string
	listen  string
	beyond  bool
	json    bool
	quiet   bool
}

func (p program) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve SCENARIO",
		Short: "Keep the world of a scenario up, for software that can be told a port",
		Long: `Keep the world of a scenario up on loopback until it is interrupted: its DNS
server, by UDP and TCP, and each port of each MX host and web host. The table
says which name and address stands where, and where the authorities to trust
are, in PEM. What happens follows it, a line each: queries, sessions when they
are over, messages, requests by HTTP.

Of a story of several phases and views the first is served, unless another is
named.

Time is real: certificates are issued as of the present, with keys that were
never used before, and a host that is silent is silent. A host that never
answers (connect=silent) takes connections here and says nothing.

A scenario of a file is read again when the file has changed. Ports stay where
they are, sessions that are under way come to their end, and the authorities
that were trusted before stay good. With a mistake in the file the world stays
as it was.

Of other machines nobody can reach it, unless --listen names addresses that they
can, and --beyond-loopback says that this is meant. The DNS says what the zone
says: to lead a lab network to the hosts, give this machine their addresses.

With --print there is a configuration for a client on the standard output, which
leads it to the hosts, and the table is on the standard error.

By HTTP on loopback other programs read what happened, change the zone, hosts,
certificates and faults in the scenario's own words, and go on to its next
phase; see the address of the control in the table, and docs/serve.md.

mxlab check DOMAIN --map TABLE tests the hosts of a world that is served. The
exit status is 0 when it was interrupted, 1 if it could not be served.`,
		Example: `  mxlab serve hosted/ptr-not-mx
  mxlab serve ./incident.yaml/renewed@outside --table world.json --dir ./roots
  mxlab serve ./incident.yaml --json | jq -c 'select(.event == "message")'
  mxlab serve hosted/ptr-not-mx --print swaks
  mxlab serve hosted/ptr-not-mx --listen 192.0.2.1,192.0.2.2 --beyond-loopback
  mxlab serve ./incident.yaml --control 127.0.0.1:8025
  curl -X POST http://127.0.0.1:8025/phase
  mxlab check example.com --map world.json`,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("serve wants one scenario, for example: mxlab serve %s", scenarios.List()[0])
			}
			if o.print != "" && o.json {
				return errors.New("--print and --json write to the same place; leave one of them out")
			}
			return p.serve(cmd.Context(), args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.dir, "dir", "", "write roots.pem into `DIR`, which is made if it does not exist; without it into a directory that is removed at the end")
	cmd.Flags().StringVar(&o.table, "table", "", "write the table as JSON into `FILE` when the world is up")
	cmd.Flags().StringVar(&o.control, "control", "127.0.0.1:0", "serve the control at `ADDRESS` of loopback; off for none")
	cmd.Flags().StringVar(&o.print, "print", "", "print the configuration of a `CLIENT`: "+strings.Join(report.Clients(), ", "))
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1", "listen on these `ADDRESSES`: on one, at any ports; or on as many as there are hosts, with commas between them, at the ports of the scenario and of the DNS")
	cmd.Flags().BoolVar(&o.beyond, "beyond-loopback", false, "let --listen have addresses that other machines can reach")
	cmd.Flags().BoolVar(&o.json, "json", false, "print the table as JSON, and what happens as one JSON object a line")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "do not show what happens")
	return cmd
}
