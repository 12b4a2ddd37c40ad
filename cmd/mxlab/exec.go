package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
)

// execOptions are the flags of exec.
type execOptions struct {
	phase   string
	view    string
	record  string
	verbose bool
	inside  bool // this is process 1 of the world
}

// anExitStatus is how a command ended that was run for the user.
type anExitStatus int

func (s anExitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func (p program) execCommand() *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec SCENARIO [--phase P] [--view V] [-- COMMAND ...]",
		Short: "Run any program inside a scenario's world, without root (Linux)",
		Long: `Run a program, unmodified, where the world of a scenario is real: each host at
its own address and port 25, a DNS server that resolv.conf names, authorities
that the system trusts, the sender's host name and address. Nothing else can be
reached. Without COMMAND it is a shell.

Files stay what they are, but can be changed below the working directory and the
home only. /etc is a copy; /dev, /run, /tmp and the mail spools are empty ones,
and gone in the end, as are all programs that were started. The sender's client
certificate, if it has one, is /etc/mxlab/sender-chain.pem and sender-key.pem.

Time is real: a host that falls silent is silent for as long as the program
waits. Keys are made anew each time. Of a story of several phases and views the
first is played, unless others are named.

An ordinary user needs subordinate ids for programs that change their user, as
mail servers do; newuidmap (Debian: uidmap) hands them out. The exit status is
that of the command, 127 if there is no such command, 126 if it cannot be
started, 1 if there can be no world, and 2 if exec was used wrongly.`,
		Example: `  mxlab exec hosted/ptr-not-mx
  mxlab exec hosted/ptr-not-mx -- dig +short MX example.com
  mxlab exec ./incident.yaml --phase renewed --view outside -v -- swaks --to postmaster@example.com -tls
  mxlab exec chain/expired --record ./seen -- sh -c 'postfix start; ...'`,
		Args:              execArgs,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.exec(args[0], args[1:], o)
		},
	}
	cmd.Flags().StringVar(&o.phase, "phase", "", "play the phase of this `NAME`")
	cmd.Flags().StringVar(&o.view, "view", "", "play what is seen from the view of this `NAME`")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "show queries, dialogues and the system's log as they happen")
	cmd.Flags().StringVar(&o.record, "record", "", "keep queries, dialogues and messages in `DIR`, which is made")
	cmd.Flags().BoolVar(&o.inside, "inside", false, "")
	cmd.Flags().MarkHidden("inside")
	return cmd
}

func execArgs(cmd *cobra.Command, args []string) error {
	switch dash := cmd.ArgsLenAtDash(); {
	case len(args) == 0 || dash == 0:
		return fmt.Errorf("exec wants a scenario, for example: mxlab exec %s -- dig MX example.com", scenarios.List()[0])
	case dash < 0 && len(args) > 1, dash > 1:
		return fmt.Errorf("exec takes one scenario, but there is %q too; write -- before the command", args[1])
	}
	return nil
}

// theWorld finds the one world that is to be played.
func theWorld(name string, o execOptions) (*scenarios.Scenario, error) {
	if o.phase != "" {
		name += "/" + o.phase
	}
	if o.view != "" {
		name += "@" + o.view
	}
	list, err := scenarios.Find(name)
	if err != nil {
		return nil, err
	}
	if n := stories(list); n != 1 {
		return nil, fmt.Errorf("exec takes one scenario, but %s are %d; the first is %s", name, n, list[0].Name)
	}
	return list[0], nil
}
