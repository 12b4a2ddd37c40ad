package verify

import "time"

// A Schedule says, as data, when a sender tries again to send a message that
// stayed in its queue, and when it gives the message up. The zero Schedule
// never tries again.
type Schedule struct {
	First    time.Duration // from the end of the first queue run to the second
	Growth   int           // each interval is as many times the one before,
	Longest  time.Duration // but not longer than this
	Retries  int           // how many queue runs may follow the first
	Lifetime time.Duration // a message that would be older at its next run is given up

	Retry   *Rule // by which there is a second queue run
	Growing *Rule // by which the third and later ones come when they do
	GiveUp  *Rule // by which the message bounces in the end
}

// Next says when a message is tried again whose n-th queue run failed when the
// message was as old as age: the age that it will have. It reports false when
// the message is given up instead.
func (s Schedule) Next(n int, age time.Duration) (due time.Duration, again bool) {
	wait := s.First
	for i := 1; i < n && s.Growth > 1 && wait < s.Longest; i++ {
		wait = min(wait*time.Duration(s.Growth), s.Longest)
	}
	due = age + wait
	return due, n <= s.Retries && due <= s.Lifetime
}

// Rules are those by which there is an n-th queue run.
func (s Schedule) Rules(n int) []*Rule {
	switch {
	case n < 2:
		return nil
	case n == 2:
		return []*Rule{s.Retry}
	}
	return []*Rule{s.Retry, s.Growing}
}

// Again settles the n-th queue run: what became of the hosts in it is as
// certain as that it takes place.
func (s Schedule) Again(n int, verdicts []Verdict) Delivery {
	d := Settle(verdicts)
	for _, r := range s.Rules(n) {
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
