package conform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"mxlab/verify"
)

// A Question is what a command is asked on its standard input: one JSON object for
// each message.
type Question struct {
	Scenario  string `json:"scenario"`
	Mode      string `json:"mode"`      // as a claim names it
	Recipient string `json:"recipient"` // the address of the recipient
	Sender    string `json:"sender"`    // the reverse-path; a message under another one is nobody's
	EHLO      string `json:"ehlo"`      // the name that the sender says of itself
	DNS       string `json:"dns"`       // HOST:PORT of the resolver
	Roots     string `json:"roots"`     // a PEM file of the authorities that are trusted
}

// A Reply is what it answers on its standard output: one JSON object.
type Reply struct {
	Outcome verify.Outcome `json:"outcome"` // a word of verify.Outcomes
	Reason  verify.Reason  `json:"reason"`  // a word of verify.Reasons; may be empty
	Said    string         `json:"said"`    // anything; it is shown where the two sides differ
}

// Command drives any program that answers a [Question] by a [Reply]. It is
// compared with the modes that are wanted.
func Command(words []string, modes []verify.Policy) Driver {
	d := Driver{Name: commandName, Title: strings.Join(words, " "), Install: "name a program that is there", Fits: map[string]string{},
		Here: func(string) (place, string, error) {
			path, err := exec.LookPath(words[0])
			return "", path, err
		},
	}
	for _, p := range modes {
		mode, _, _ := strings.Cut(p.Mode(), " ")
		if !slices.Contains(d.Settings, mode) {
			d.Settings = append(d.Settings, mode)
			d.Fits[mode] = mode
		}
	}
	d.AnyOption = true
	return d
}

// commandName is the driver that is a command.
const commandName = "command"

// performCommand asks the command for each message.
func performCommand(ctx context.Context, t Task) ([]Trial, error) {
	if err := t.hasten(); err != nil {
		return nil, err
	}
	dns, err := resolver()
	if err != nil {
		return nil, err
	}
	ctx, cancel := t.within(ctx)
	defer cancel()
	trials := make([]Trial, len(t.Asks))
	var asking sync.WaitGroup
	for i, a := range t.Asks {
		asking.Go(func() {
			trials[i] = t.question(ctx, a, Question{t.Scenario, a.Mode, t.To, t.Sender(a), t.EHLO, dns, Roots})
		})
	}
	asking.Wait()
	return trials, nil
}

// question asks the command once.
func (t Task) question(ctx context.Context, a Ask, q Question) Trial {
	trial := Trial{Label: a.Label}
	asked, err := json.Marshal(q)
	if err != nil {
		trial.Err = err.Error()
		return trial
	}
	cmd := exec.CommandContext(ctx, t.Command[0], t.Command[1:]...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr, cmd.WaitDelay = bytes.NewReader(append(asked, '\n')), &stderr, time.Second
	out, err := cmd.Output()
	var reply Reply
	if err == nil {
		err = json.Unmarshal(out, &reply)
	}
	if err == nil {
		err = reply.check()
	}
	if err != nil {
		trial.Err = joinedWords(err.Error(), strings.TrimSpace(stderr.String()))
		return trial
	}
	trial.Reason = reply.Reason
	if reply.Said != "" {
		trial.Said = strings.Split(strings.TrimRight(reply.Said, "\n"), "\n")
	}
	trial.TLS = No
	switch reply.Outcome {
	case verify.Deferred:
		trial.Fate = Deferred
	case verify.Bounced:
		trial.Fate = Bounced
	case verify.Cleartext:
		trial.Fate = Sent
	case verify.Encrypted:
		trial.Fate, trial.TLS, trial.Verified = Sent, Yes, No
	case verify.Verified:
		trial.Fate, trial.TLS, trial.Verified = Sent, Yes, Yes
	}
	return trial
}

// check finds words that are none.
func (r Reply) check() error {
	outcomes := verify.Outcomes()[:5]
	switch {
	case !slices.Contains(outcomes, r.Outcome):
		return fmt.Errorf("the outcome is %q, which is none of %v", r.Outcome, outcomes)
	case r.Reason != "" && !slices.Contains(verify.Reasons(), r.Reason):
		return fmt.Errorf("the reason is %q, which is none of %v", r.Reason, verify.Reasons())
	}
	return nil
}

func joinedWords(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), ": ")
}

// resolver gives the address of the DNS server.
func resolver() (string, error) {
	text, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) == 2 && words[0] == "nameserver" {
			if strings.Contains(words[1], ":") {
				return "[" + words[1] + "]:53", nil
			}
			return words[1] + ":53", nil
		}
	}
	return "", errors.New("resolv.conf names no server")
}
