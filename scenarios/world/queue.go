package world

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mxlab/scenarios"
	"mxlab/verify"
)

// A Queue is what becomes, behind the first queue run, of a message that stays
// queued: judged by the mode's schedule, and made by a sender of its own.
type Queue struct {
	Runs    []Run
	Whole   bool            // it was played to its end
	GaveUp  bool            // the sender gave the message up after the last of Runs
	Failed  time.Duration   // then, the age of the message when that run had failed
	Final   verify.Delivery // what it ended in, as judged; without an outcome if the message is still queued
	Made    verify.Delivery // what it ended in
	Decided []*verify.Rule  // the rules of the schedule that it rests on
}

// A Run is one queue run behind the first, told three times like the first.
type Run struct {
	Number   int           // 2 for the one behind the first
	Failed   time.Duration // the age of the message when the run before had failed
	Age      time.Duration // and when this one began
	Due      time.Duration // when it had to begin, as judged
	Expected bool          // by the schedule there is such a run
	verify.Assessed
	Evidence verify.Evidence // as of this run
	Hops     []verify.Hop
	Made     verify.Delivery
	Arrivals []Arrival
}

// judge goes through a queue by the schedule of a policy. first is the policy's
// judgement of the first run.
func (q *Queue) judge(p verify.Policy, first verify.Delivery) {
	schedule, last := p.Schedule(), first
	q.Decided, q.Final = nil, verify.Delivery{}
	for i := range q.Runs {
		r := &q.Runs[i]
		r.Due, r.Expected = schedule.Next(r.Number-1, r.Failed, last.Reason)
		if r.Expected = r.Expected && last.Outcome == verify.Deferred; !r.Expected {
			break
		}
		a := verify.Assess(r.Evidence, []verify.Policy{p})
		r.Hops, r.Assessed = a.Hops, a.Modes[0]
		if by := schedule.By(r.Number, last.Reason); !slices.Contains(q.Decided, by) {
			q.Decided = append(q.Decided, by)
		}
		r.Delivery = verify.Again(q.Decided, r.Delivery)
		last = r.Delivery
	}
	n := len(q.Runs)
	switch {
	case n > 0 && !q.Runs[n-1].Expected:
	case last.Outcome != verify.Deferred:
		q.Final = last
	case q.GaveUp:
		if _, again := schedule.Next(n+1, q.Failed, last.Reason); !again {
			q.Final = schedule.Expire(last)
			q.Decided = append([]*verify.Rule{schedule.GiveUp}, q.Decided...)
		}
	}
}

// Judged gives the same queue as another policy judges it.
func (q Queue) Judged(p verify.Policy, first verify.Delivery) *Queue {
	q.Runs = append([]Run(nil), q.Runs...)
	q.judge(p, first)
	return &q
}

// disagreement compares what was judged with what was made.
func (q *Queue) disagreement() string {
	for _, r := range q.Runs {
		switch {
		case !r.Expected:
			return fmt.Sprintf("queue run %d was made, but the schedule has none", r.Number)
		case r.Age != r.Due:
			return fmt.Sprintf("queue run %d was due after %v, but was made after %v", r.Number, r.Due, r.Age)
		}
		if d := differ(r.Assessed, r.Made, r.Arrivals); d != "" {
			return fmt.Sprintf("queue run %d: %s", r.Number, d)
		}
	}
	if q.Whole && q.Final.Words() != q.Made.Words() {
		return fmt.Sprintf("in the end judged %q, but it came to %q", q.Final.Words(), q.Made.Words())
	}
	return ""
}

// keeps tells whether the queue is what a claim says of it.
func (q *Queue) keeps(c scenarios.Claim) bool {
	for i, words := range c.Then {
		if q == nil || i >= len(q.Runs) || !q.Runs[i].Expected || !words.Hold(q.Runs[i].Delivery) {
			return false
		}
	}
	return len(c.Finally) == 0 || q != nil && c.Finally.Hold(q.Final)
}

// deliver sends one message under a mode, as a sender of its own. Of the queue
// runs behind the first it makes as many as the claim tells of; with none it
// gives no queue.
func (w *World) deliver(ctx context.Context, m *ModeResult, probe scout, claim scenarios.Claim) error {
	s := w.Sender()
	d := w.mailer(s)
	queue := &Queue{Whole: len(claim.Finally) > 0}
	began, failed, arrived := s.Now(), time.Duration(0), 0
	number := 0
	for made, err := range d.Queue(ctx, m.Policy, w.Scenario.Domain, w.message(m.Policy)) {
		if err != nil {
			return fmt.Errorf("send into the world of %s: %w", w.Scenario.Name, err)
		}
		queue.Made = made.Delivery
		if made.GaveUp {
			queue.GaveUp, queue.Failed = true, failed
			break
		}
		all := w.arrivals(s)
		fresh := all[arrived:]
		arrived = len(all)
		if number++; number == 1 {
			m.Made, m.Arrivals = made.Delivery, fresh
		} else {
			run := Run{Number: number, Failed: failed, Age: made.Began.Sub(began), Made: made.Delivery, Arrivals: fresh}
			probe.WaitUntil(made.Began)
			run.Evidence = w.Evidence()
			run.Evidence.Now, run.Evidence.Age = made.Began, run.Age
			run.Evidence.Fetched = verify.Kept(probe.fetched, made.Began)
			if err := w.gather(ctx, probe.Sender, &run.Evidence, []verify.Policy{m.Policy}); err != nil {
				return err
			}
			probe.fetched = run.Evidence.Fetched
			queue.Runs = append(queue.Runs, run)
		}
		failed = made.Ended.Sub(began)
		if !queue.Whole && number > len(claim.Then) {
			break
		}
	}
	if len(claim.Then) > 0 || queue.Whole {
		queue.judge(m.Policy, m.Delivery)
		m.Queue = queue
	}
	return nil
}
