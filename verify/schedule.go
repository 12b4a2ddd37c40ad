package verify

import "time"

// A Schedule says, as data, when a sender tries again to send a message that
// stayed in its queue, and when it gives the message up. The zero Schedule
// never tries again.
type Schedule struct {
	Waits    []Wait                                            // from the end of a queue run to the next, in order; the last stays
	After    func(failed int, age time.Duration) time.Duration // in place of Waits, where an interval depends on how old the message is; failed counts the queue runs so far. It is pure
	Retries  int                                               // how many queue runs may follow the first
	Lifetime time.Duration                                     // a message that would be older at its next run is given up

	Retry   *Rule // by which there is a second queue run
	Growing *Rule // by which the third and later ones come when they do
	GiveUp  *Rule // by which the message bounces in the end

	Message   time.Duration // in place of Waits, where a host took the connection and then refused the message for now; 0 for no difference
	Postponed *Rule         // by which Message does
}

// A Wait is an interval between queue runs, and how often it comes.
type Wait struct {
	Times int
	For   time.Duration
}

// Next says when a message is tried again whose n-th queue run failed for a
// reason when the message was as old as age: the age that it will have. It
// reports false when the message is given up instead.
func (s Schedule) Next(n int, age time.Duration, why Reason) (due time.Duration, again bool) {
	due = age + s.wait(n, age, why)
	return due, n <= s.Retries && due <= s.Lifetime
}

// wait is how long a message of an age waits behind its n-th queue run.
func (s Schedule) wait(n int, age time.Duration, why Reason) (wait time.Duration) {
	switch {
	case s.postpones(why):
		return s.Message
	case s.After != nil:
		return s.After(n, age)
	}
	for _, w := range s.Waits {
		if wait = w.For; n <= w.Times {
			break
		}
		n -= w.Times
	}
	return wait
}

// First is the interval behind the first queue run of a message that failed at
// once.
func (s Schedule) First() time.Duration { return s.wait(1, 0, "") }

func (s Schedule) postpones(why Reason) bool { return s.Message != 0 && why == SMTPRefused }

// By is the rule by which a queue run comes when it does, the n-th one, where
// the run before it failed for a reason. The first comes by none.
func (s Schedule) By(n int, why Reason) *Rule {
	switch {
	case n < 2:
		return nil
	case s.postpones(why):
		return s.Postponed
	case n == 2:
		return s.Retry
	}
	return s.Growing
}

// Again is a queue run, settled from its verdicts, that comes by rules: what
// became of the hosts in it is as certain as that it takes place.
func Again(by []*Rule, settled Delivery) Delivery {
	d := settled
	for _, r := range by {
		d.Certainty = min(d.Certainty, r.Certainty)
	}
	return d
}

// Expire is what becomes of a message that is given up after its last queue
// run: it bounces, for the reason that kept it in the queue.
func (s Schedule) Expire(last Delivery) Delivery {
	last.Outcome, last.Match = Bounced, ""
	last.Certainty = min(last.Certainty, s.GiveUp.Certainty)
	return last
}
