package deliver

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"mxlab/verify"
)

// A Run is one queue run of a message.
type Run struct {
	Began, Ended time.Time
	Delivery     verify.Delivery
	GaveUp       bool // this is no run: there will be none, and the message bounces
}

var errNoWait = errors.New("the sender has no Wait")

// Queue sends a message as Deliver does, and as long as it stays queued sends
// it again when the mode's product would. It gives each queue run when it is
// over, and at last, unless the message left the queue, that it was given up.
// The sender's Wait is called before each run but the first. An error ends the
// runs.
func (s *Sender) Queue(ctx context.Context, mode verify.Policy, domain string, msg Message) iter.Seq2[Run, error] {
	return func(yield func(Run, error) bool) {
		t, err := tacticsOf(mode)
		if err != nil {
			yield(Run{}, err)
			return
		}
		s := s.equipped()
		queued := s.Client.Now()
		for failed := 1; ; failed++ {
			run := Run{Began: s.Client.Now()}
			if run.Delivery, err = s.run(ctx, t, mode, domain, msg, run.Began.Sub(queued)); err != nil {
				yield(Run{}, err)
				return
			}
			run.Ended = s.Client.Now()
			if !yield(run, nil) || run.Delivery.Outcome != verify.Deferred {
				return
			}
			wait, again := t.again(failed, run.Ended.Sub(queued), run.Delivery.Reason)
			if !again {
				run.GaveUp, run.Delivery.Outcome = true, verify.Bounced
				yield(run, nil)
				return
			}
			if s.Wait == nil {
				yield(Run{}, fmt.Errorf("wait for the next queue run under %s: %w", mode.Mode(), errNoWait))
				return
			}
			s.Wait(run.Ended.Add(wait))
		}
	}
}
