package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxlab/internal/nearest"
	"mxlab/scenarios/check"
	"mxlab/scenarios/report"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// checkOptions are the flags of check.
type checkOptions struct {
	dns       string
	ca        string
	helo      string
	from      string
	scenario  string
	table     string
	modes     []string
	timeout   time.Duration
	timed     bool // timeout was given
	injection bool
	failOn    string
	stable    bool
	verbose   bool
	json      bool
}

// checkTimeout is how long a test of the real internet may take.
const checkTimeout = 5 * time.Minute

func (p program) checkCommand() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check {DOMAIN | --scenario SCENARIO}",
		Short: "Test a domain's hosts, say what to change, and who could mail it",
		Long: `Test the hosts that take a domain's mail: ask the DNS for them, talk to each as a
sender does, up to RCPT TO:<postmaster@DOMAIN>, and tell how far each came, what
is wrong with it and what to do about that, and for each mode what would become
of a message. No message is sent. docs/check.md lists what can be found.

With each address one session is held at a time: with and without a server name,
with TLS 1.1 and older only, a short one with NOOP behind STARTTLS in one write,
and then one for each other way in which the senders of the modes open theirs;
--mode asks about fewer. The short one tells whether the host takes NOOP for said
inside TLS (CVE-2011-0411). It is harmless, but a host may log it, and
--injection=false leaves it out. What a certificate names for its revocation is
fetched by HTTP.

It has to run where connections to port 25 are let out; most home and cloud
networks block them. --scenario tests the world of a scenario instead, by the
same code: then time is the world's, and costs nothing.

The exit status is 0 if nothing was found that is as grave as --fail-on says, 1
if something was, or if the test did not come to its end; 2 if check was used
wrongly.`,
		Example: `  mxlab check example.com
  mxlab check example.com --helo mail.sender.example --from me@sender.example
  mxlab check example.com --dns 192.0.2.53 --ca company-roots.pem --mode 'esa/*verify*' --json
  mxlab check example.com --fail-on high --stable > today.txt
  mxlab check --scenario hosted/ptr-not-mx
  mxlab check example.com --map world.json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		Args:              func(_ *cobra.Command, args []string) error { return checkArgs(args, o) },
		RunE: func(cmd *cobra.Command, args []string) error {
			o.timed = cmd.Flags().Changed("timeout")
			return p.check(cmd.Context(), args, o)
		},
	}
	cmd.Flags().StringVar(&o.scenario, "scenario", "", "test the world of `SCENARIO`, a name of the catalogue or a file, with /PHASE and @VIEW where it has several")
	cmd.Flags().StringVar(&o.table, "map", "", "find the hosts where `FILE` says, a table that mxlab serve wrote; --dns and --ca are then those of the table")
	cmd.Flags().StringVar(&o.dns, "dns", "", "ask the name server at `ADDR`, a host or host:port; without it the first of /etc/resolv.conf")
	cmd.Flags().StringVar(&o.ca, "ca", "", "trust the certificates of `FILE` (PEM); without it the authorities that the system trusts")
	cmd.Flags().StringVar(&o.helo, "helo", "", "say EHLO `NAME`; without it this machine's name, or its address")
	cmd.Flags().StringVar(&o.from, "from", "", "say MAIL FROM `MAILBOX`; without it the null sender")
	cmd.Flags().StringArrayVar(&o.modes, "mode", nil, "only the modes that match `GLOB`: esa/5, 'esa/*verify*'; may be repeated")
	cmd.Flags().DurationVar(&o.timeout, "timeout", checkTimeout, "end the test after this time; in a world, of the world's clock, and without it none")
	cmd.Flags().BoolVar(&o.injection, "injection", true, "try a command behind STARTTLS")
	cmd.Flags().StringVar(&o.failOn, "fail-on", finding.Medium.String(), "exit with 1 for a finding of this `SEVERITY` or a graver one: info, low, medium, high, or never")
	cmd.Flags().BoolVar(&o.stable, "stable", false, "leave out what changes from run to run: times, dates, issuers, ciphers")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "show every line of the session by which each host is judged")
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON")
	return cmd
}

func checkArgs(args []string, o checkOptions) error {
	switch {
	case o.scenario != "" && len(args) > 0:
		return fmt.Errorf("check takes a domain or --scenario, but there are both %s and %s", args[0], o.scenario)
	case o.scenario == "" && len(args) != 1:
		return fmt.Errorf("check wants one domain, for example: mxlab check example.com; there are %d", len(args))
	}
	return nil
}

// check is the command of that name.
func (p program) check(ctx context.Context, args []string, o checkOptions) error {
	gravest, err := threshold(o.failOn)
	if err != nil {
		return err
	}
	if o.timeout <= 0 {
		return fmt.Errorf("--timeout %v: write a time above zero, such as 2m", o.timeout)
	}
	modes, err := selectModes(o.modes)
	if err != nil {
		return err
	}
	var r *check.Report
	if o.scenario != "" {
		r, err = p.checkScenario(ctx, modes, o)
	} else {
		r, err = p.checkDomain(ctx, args[0], modes, o)
	}
	if r == nil {
		return err
	}
	if problem := p.printCheck(r, o); problem != nil {
		return failed(problem)
	}
	if worst, found := finding.Worst(r.Findings); err == nil && found && worst >= gravest {
		return didNotHold()
	}
	return err
}

// printCheck writes the report.
func (p program) printCheck(r *check.Report, o checkOptions) error {
	if o.json {
		return report.CheckJSON(p.stdout, r, o.stable)
	}
	st := p.style()
	st.Stable = o.stable
	report.Check(p.stdout, r, o.verbose, st)
	return nil
}

// threshold reads --fail-on. "never" is above all severities.
func threshold(word string) (finding.Severity, error) {
	words := []string{}
	for _, s := range finding.Severities() {
		if s.String() == word {
			return s, nil
		}
		words = append(words, s.String())
	}
	if word == "never" {
		return finding.High + 1, nil
	}
	return 0, fmt.Errorf("--fail-on %q: write one of %s, never%s", word, strings.Join(words, ", "), nearest.Hint(word, words...))
}

// unfinished says why a test ended early. What was found out until then is
// reported all the same.
func unfinished(err error, what string, within time.Duration) error {
	if errors.Is(err, check.ErrTime) || errors.Is(err, context.DeadlineExceeded) {
		return failed(fmt.Errorf("%s could not be tested to the end within %v; give it longer with --timeout", what, within))
	}
	return failed(err)
}

// mute reports whether the name server gave no answer to anything.
func mute(ev verify.Evidence) bool {
	for _, a := range ev.Lookups {
		if a.Status != verify.TimeOut {
			return false
		}
	}
	return len(ev.Lookups) > 0
}

// blocked reports whether connections were tried and none came about.
func blocked(ev verify.Evidence) bool {
	for _, s := range ev.Sessions {
		if s.Stop == nil || s.Stop.Stage != verify.StageConnect {
			return false
		}
	}
	return len(ev.Sessions) > 0
}
