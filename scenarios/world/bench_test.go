package world_test

import (
	"testing"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/deliver"
	"mxlab/verify/probe"
)

// BenchmarkWorld measures what a scenario costs, in the same process as the
// unit that its bounds are stated in: one session with a host of the world.
func BenchmarkWorld(b *testing.B) {
	s, modes := scenario(b, "hosted/ptr-not-mx"), scenarios.Modes() // two hosts

	// A session without DNS: from the connection to QUIT.
	b.Run("session", func(b *testing.B) {
		w := world.Start(b, s)
		ev := gathered(b, w, modes)
		hops, _ := ev.NextHops()
		key := verify.SessionKey{Addr: hops[0].Addr, Hello: modes[len(modes)-1].Hello()}
		c := client(w)
		for b.Loop() {
			got := c.Session(b.Context(), key, s.Domain)
			if got.Stop != nil || len(got.TLS.Chain) == 0 {
				b.Fatal("the session did not come to its end: ", got.Stop)
			}
		}
	})
	// The DNS server and both hosts started, with their certificates, and closed.
	b.Run("start", func(b *testing.B) {
		for b.Loop() {
			w, err := world.New(s, time.Time{})
			if err != nil {
				b.Fatal(err)
			}
			w.Close()
		}
	})
	// The verdicts of all modes on one host, from facts already there. None of
	// its names fits, so that every comparison is made.
	b.Run("judge", func(b *testing.B) {
		w := world.Start(b, scenario(b, "identity/san-names-only-the-ptr"))
		ev := gathered(b, w, modes)
		verdicts := 0
		for b.Loop() {
			verdicts = 0
			for _, m := range verify.Assess(ev, modes).Modes {
				verdicts += len(m.Verdicts)
			}
		}
		if verdicts != len(modes) {
			b.Fatalf("%d verdicts under %d modes on one host", verdicts, len(modes))
		}
		b.ReportMetric(float64(verdicts)*float64(b.N)/b.Elapsed().Seconds(), "verdicts/s")
	})
	// Messages sent by a sender that looks up and verifies for itself.
	b.Run("deliver", func(b *testing.B) {
		w := world.Start(b, s)
		mode, err := scenarios.ParseMode("esa/required-verify")
		if err != nil {
			b.Fatal(err)
		}
		d := deliver.Sender{Client: client(w), Anchors: w.Roots()}
		msg := deliver.Message{From: "sender@sender.example", To: "recipient@" + s.Domain, Body: []byte("Subject: test\r\n\r\n")}
		for b.Loop() {
			made, err := d.Deliver(b.Context(), mode, s.Domain, msg)
			if err != nil || made.Outcome != verify.Verified {
				b.Fatal(made.Words(), err)
			}
		}
		if n := len(w.Messages()); n < b.N {
			b.Fatalf("%d messages arrived of %d", n, b.N)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	})
}

func scenario(b *testing.B, name string) *scenarios.Scenario {
	b.Helper()
	all, err := scenarios.Find(name)
	if err != nil {
		b.Fatal(err)
	}
	return all[0]
}

func client(w *world.World) *probe.Client {
	s := w.Sender()
	return &probe.Client{Dial: s.DialContext, Resolver: w.Resolver(), Now: s.Now, Name: "mail.sender.example", From: "sender@sender.example", To: "recipient"}
}

// gathered gives all facts that the modes ask for, with the certificate paths
// already built.
func gathered(b *testing.B, w *world.World, modes []verify.Policy) verify.Evidence {
	b.Helper()
	ev := w.Evidence()
	if err := w.Gather(b.Context(), &ev, modes); err != nil {
		b.Fatal(err)
	}
	verify.Assess(ev, modes)
	return ev
}
