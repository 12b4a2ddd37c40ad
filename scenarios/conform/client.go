package conform

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// A client is a program that is started once for each message, or connection.
type client struct {
	name, title, program, install string
	probe                         bool     // it sends no message
	version                       []string // arguments by which it tells its version
	word                          string   // that is in the line that tells it
	fits                          map[string]string
	settings                      []string // in order
	args                          func(t Task, a Ask) []string
	stdin                         string
	read                          func(a Ask, out string, ok bool) Trial // what it wrote, and whether its exit status is 0
}

// driver makes a driver of it.
func (c client) driver() Driver {
	look := func(string) (place, string, error) {
		path, err := exec.LookPath(c.program)
		return "", path, err
	}
	return Driver{
		Name: c.name, Title: c.title, Install: "install " + c.install, Settings: c.settings, Fits: c.fits, Single: true, Probe: c.probe, Here: look,
		version: func(Task) (string, error) { return firstLine(c.word, c.program, c.version...) },
		send: func(ctx context.Context, t Task) ([]Trial, error) {
			return t.each(ctx, func(ctx context.Context, a Ask) Trial { return c.once(ctx, t, a) }), nil
		},
	}
}

// once runs the program.
func (c client) once(ctx context.Context, t Task, a Ask) (trial Trial) {
	cmd := exec.CommandContext(ctx, c.program, c.args(t, a)...)
	cmd.Stdin, cmd.WaitDelay = strings.NewReader(c.stdin), time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return Trial{Err: "it does not come to an end"}
	}
	trial = c.read(a, string(out), err == nil)
	if err != nil {
		trial.Said = append(trial.Said, err.Error())
	}
	return trial
}

// each sends for all asks at once.
func (t Task) each(ctx context.Context, send func(context.Context, Ask) Trial) []Trial {
	ctx, cancel := t.within(ctx)
	defer cancel()
	trials := make([]Trial, len(t.Asks))
	var sending sync.WaitGroup
	for i, a := range t.Asks {
		sending.Go(func() {
			trials[i] = send(ctx, a)
			trials[i].Label = a.Label
		})
	}
	sending.Wait()
	return trials
}

// file writes a file for a program to read, and gives its path.
func (t Task) file(a Ask) string {
	path := "/tmp/" + a.Label + ".eml"
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(t.message(a), "\n", "\r\n")), 0o644); err != nil {
		return "/dev/null"
	}
	return path
}

// host is the one to connect to.
func (t Task) host() Hop { return t.Hops[0] }

// connected is what a program without a message tells: TLS, or failure.
func connected(a Ask, out string, ok, verified bool) Trial {
	trial := Trial{Fate: Failed, TLS: No, Said: lastLines(out, 6)}
	if ok {
		trial.Fate, trial.TLS, trial.Verified = Sent, Yes, No
		if verified {
			trial.Verified = Yes
		}
	}
	return trial
}

// sent is what a program that sends a message tells by its exit status.
func sent(a Ask, out string, ok, verified bool) Trial {
	trial := connected(a, out, ok, verified)
	trial.TLS = "" // hosts know
	return trial
}

// lastLines are the last lines of a text.
func lastLines(text string, n int) []string {
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(text, "\r", "")), "\n")
	return lines[max(0, len(lines)-n):]
}
