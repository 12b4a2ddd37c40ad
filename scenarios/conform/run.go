package conform

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// Options say how scenarios are run.
type Options struct {
	Driver  Driver
	Trees   string
	Command []string
	Modes   []verify.Policy // that are wanted; nil for every one that the driver has
	Raw     bool            // compare with nothing
	Known   []Entry         // disagreements that need not come again to count
	Jobs    int             // worlds at once
}

// A difference counts if it comes again so many times, alone, with so many times
// the patience.
const (
	again    = 2
	patience = 2
	shuffled = 10 // the same where chance has a part
)

// Run plays scenarios. done is told the cells of each scenario, in the order of
// the list.
func Run(ctx context.Context, list []*scenarios.Scenario, o Options, play Play, done func([]Cell)) ([]Cell, error) {
	results, errs := make([][]Cell, len(list)), make([]error, len(list))
	next := make(chan int)
	play = atOnce(max(o.Jobs, 1), play)
	var mu sync.Mutex
	ready, told := make([]bool, len(list)), 0
	var workers sync.WaitGroup
	for range max(o.Jobs, 1) {
		workers.Go(func() {
			for i := range next {
				r := runner{o: o, play: play, s: list[i]}
				results[i], errs[i] = r.run(ctx)
				mu.Lock()
				for ready[i] = true; told < len(list) && ready[told]; told++ {
					if done != nil {
						done(results[told])
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, i := range longestFirst(list) {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", list[i].Name, err)
		}
	}
	return slices.Concat(results...), nil
}

// A runner runs one scenario.
type runner struct {
	o    Options
	play Play
	s    *scenarios.Scenario
	hops []Hop // as the judge finds them; nil where nothing is compared

	// equals gives the first host of those of equal preference, for a driver that
	// shuffles them.
	equals map[netip.Addr]netip.Addr
}

func (r *runner) run(ctx context.Context) ([]Cell, error) {
	cells, asks, err := r.plan(ctx)
	if err != nil {
		return nil, err
	}
	var apt []Ask
	for i := range cells {
		if cells[i].Verdict == "" {
			apt = append(apt, asks[i])
		}
	}
	answers := r.together(apt)
	for i, n := 0, 0; i < len(cells); i++ {
		if cells[i].Verdict != "" {
			continue
		}
		r.judge(&cells[i], asks[i], answers[n])
		n++
		for n := range r.tries(cells[i]) {
			if ctx.Err() != nil || cells[i].Verdict != Disagree && (cells[i].Verdict != Unknown || n > 0) {
				break
			}
			last := cells[i]
			r.judge(&cells[i], asks[i], r.send([]Ask{asks[i]}, patience))
			if last.Verdict == Disagree && cells[i].Verdict == Unknown {
				cells[i] = last
			}
		}
	}
	return cells, nil
}

// tries is how often something may be tried again.
func (r *runner) tries(c Cell) int {
	d := r.o.Driver.Name
	if c.Verdict == Disagree && slices.ContainsFunc(r.o.Known, func(e Entry) bool { return e.covers(d, c.Mode, c.Scenario) }) {
		return 0
	}
	if r.o.Driver.Shuffles && chance(r.s) {
		return shuffled
	}
	return again
}

// plan gives the cells, and for each what is asked; those that need no message
// have their verdict.
func (r *runner) plan(ctx context.Context) (cells []Cell, asks []Ask, err error) {
	d := r.o.Driver
	if r.o.Raw {
		for i, setting := range d.Settings {
			mode := d.mode(setting)
			cells = append(cells, Cell{Scenario: r.s.Name, Mode: mode})
			asks = append(asks, d.ask(mode, setting, i))
		}
	} else {
		policies := r.policies()
		w, err := world.New(r.s, time.Time{})
		if err != nil {
			return nil, nil, err
		}
		defer w.Close()
		result, err := w.Run(ctx, policies)
		if err != nil {
			return nil, nil, err
		}
		for _, h := range result.Assessment.Hops {
			r.hops = append(r.hops, Hop{h.Host, h.Addr})
		}
		if d.Shuffles {
			r.equals = equals(result.Assessment.Hops)
		}
		for i, m := range result.Modes {
			c := Cell{Scenario: r.s.Name, Mode: policies[i].Mode(), Ours: &result.Modes[i]}
			a := d.ask(c.Mode, d.setting(c.Mode), i)
			if m.Made.Outcome == verify.Diverted {
				c.Verdict, c.Why = NotApt, "the driver has no secure portal"
			}
			for name := range a.Options {
				if !d.AnyOption && !slices.Contains(d.Options, name) {
					c.Verdict, c.Why = NotApt, fmt.Sprintf("the driver does not know the option %s", name)
				}
			}
			cells, asks = append(cells, c), append(asks, a)
		}
	}
	for i := range cells {
		if named(r.s) {
			asks[i].Label = mailbox
		}
		if why := r.except(cells[i], asks[i]); why != "" && cells[i].Verdict == "" {
			cells[i].Verdict, cells[i].Why = NotApt, why
		}
	}
	return cells, asks, nil
}

// except says why something cannot be tried.
func (r *runner) except(c Cell, a Ask) string {
	d := r.o.Driver
	if d.Except != nil {
		if why := d.Except(r.s, a.Setting); why != "" {
			return why
		}
	}
	switch {
	case !d.Single:
		return ""
	case c.Ours == nil:
		return "the client is told which host to connect to, which only a comparison knows"
	case len(r.hops) != 1 || !r.hops[0].Addr.IsValid():
		return "the client connects to one host, and here there is none, or a choice"
	case waits(r.s):
		return "the host takes minutes where time is real, and the client has not the time-outs of a mail server"
	case d.Probe && c.Ours.Made.Reason == verify.SMTPRefused:
		return "the client sends no message, and does not see that it is refused"
	}
	return ""
}

// policies are those of the driver's settings, as the scenario has them.
func (r *runner) policies() (some []verify.Policy) {
	wanted := map[string]bool{}
	for _, p := range r.s.Policies(r.o.Modes) {
		wanted[p.Mode()] = true
	}
	for _, p := range world.Policies(r.s, scenarios.Modes()) {
		if r.o.Driver.setting(p.Mode()) != "" && (r.o.Modes == nil || wanted[p.Mode()]) {
			some = append(some, p)
		}
	}
	return some
}

// together sends for all asks, in one world if that can be, and gives the answer
// for each.
func (r *runner) together(asks []Ask) []Answer {
	answers := make([]Answer, len(asks))
	if alone(r.s) || r.o.Driver.Apart {
		var sending sync.WaitGroup
		for i := range asks {
			sending.Go(func() { answers[i] = r.send(asks[i:i+1], 1) })
		}
		sending.Wait()
		return answers
	}
	one := r.send(asks, 1)
	for i := range answers {
		answers[i] = one
	}
	return answers
}

func (r *runner) send(asks []Ask, patience int) Answer {
	if len(asks) == 0 {
		return Answer{}
	}
	job := newJob(r.s, r.o.Driver, r.o, asks, patience)
	job.Task.Hops = r.hops
	answer, err := r.play(job)
	if err != nil {
		answer.Err = err.Error()
	}
	return answer
}

// judge compares what came of an ask.
func (r *runner) judge(c *Cell, a Ask, answer Answer) {
	c.Tries++
	c.Differ, c.Why, c.Seen = nil, "", nil
	c.Trial = Trial{Label: a.Label, Err: answer.Err}
	for _, t := range answer.Trials {
		if t.Label == a.Label {
			c.Trial = t
		}
	}
	from := newJob(r.s, r.o.Driver, r.o, nil, 1).Task.Sender(a)
	for _, s := range answer.Seen {
		if s.From == from {
			c.Seen = append(c.Seen, s)
		}
	}
	switch {
	case c.Trial.Except != "":
		c.Verdict, c.Why = NotApt, c.Trial.Except
	case c.Trial.Err != "" || c.Trial.Fate == "":
		c.Verdict, c.Why = Unknown, c.Trial.Err
		if c.Why == "" {
			c.Why = "the driver says nothing about this message"
		}
	case c.Ours == nil:
		c.Verdict = Shown
	default:
		c.Verdict = Agree
		if c.Differ = Compare(r.ranked(*c.Ours), c.Trial, r.rank(c.Seen)); len(c.Differ) > 0 {
			c.Verdict = Disagree
		}
	}
}

// equals maps each host to the first of its preference.
func equals(hops []verify.Hop) map[netip.Addr]netip.Addr {
	first, all := map[int]netip.Addr{}, map[netip.Addr]netip.Addr{}
	for _, h := range hops {
		addr := h.Addr.Addr()
		if _, ok := first[h.Preference]; !ok {
			first[h.Preference] = addr
		}
		if _, ok := all[addr]; !ok {
			all[addr] = first[h.Preference]
		}
	}
	return all
}

// rank puts the first host of equal preference in the place of each.
func (r *runner) rank(all []Seen) []Seen {
	all = slices.Clone(all)
	for i := range all {
		if a, ok := r.equals[all[i].Host]; ok {
			all[i].Host = a
		}
	}
	return all
}

// ranked does so with what hosts took under the mode.
func (r *runner) ranked(m world.ModeResult) world.ModeResult {
	m.Arrivals = slices.Clone(m.Arrivals)
	for i := range m.Arrivals {
		if a, ok := r.equals[m.Arrivals[i].Host]; ok {
			m.Arrivals[i].Host = a
		}
	}
	return m
}
