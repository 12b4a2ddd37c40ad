package scenarios

import (
	"slices"
	"strings"

	"mxlab/fakedns"
	"mxlab/verify"
	"mxlab/verify/esa"
)

// impossibleClaims finds claims that hold in no world: the setting cannot come
// to that, or the name that is claimed stands nowhere.
func (r *reader) impossibleClaims() {
	for i, c := range r.sc.Expect {
		s, mode, ok := settingOf(c.Policy)
		if !ok || len(c.Words) == 0 {
			continue
		}
		msg := impossible(s, mode, c.Words, r.sc.Sender.Portal)
		if msg == "" {
			msg = r.nowhere(c.Words)
		}
		if msg != "" {
			r.at(r.expect[i], 0, "this claim cannot hold: %s", msg)
		}
	}
}

// settingOf finds the setting of a mode, and the mode's name without its options.
func settingOf(policy verify.Policy) (verify.Setting, string, bool) {
	for _, p := range Products() {
		if s, ok := p.SettingOf(policy.Mode()); ok {
			return s, p.Name + "/" + s.Name, true
		}
	}
	return verify.Setting{}, "", false
}

// impossible says why a setting cannot come to a result.
func impossible(s verify.Setting, mode string, w Words, portal bool) string {
	outcome := verify.Outcome(w[0])
	if !s.Comes(outcome, portal) {
		var can []string
		for _, o := range verify.Outcomes() {
			if s.Comes(o, portal) {
				can = append(can, string(o))
			}
		}
		return mode + " is never " + w[0] + map[bool]string{true: " where there is a portal"}[portal] + ", but " + strings.Join(can, ", ")
	}
	if len(w) < 2 || w[1] == "via" {
		return ""
	}
	if outcome == verify.Verified {
		if !slices.Contains(s.Matches, verify.Kind(w[1])) {
			return mode + " verifies no host by " + w[1] + ", but by " + strings.Join(strs(s.Matches), " or ")
		}
		return ""
	}
	reason := verify.Reason(w[1])
	verifies, encrypts := slices.Contains(s.Outcomes, verify.Verified), slices.Contains(s.Outcomes, verify.Encrypted)
	switch {
	case strings.HasPrefix(w[1], "certificate-") && s.Blind:
		return mode + " does not look at the certificate"
	case !verifies && !encrypts && (reason == verify.STARTTLSNotSupported || reason == verify.ValidationFailure):
		return mode + " never asks for TLS"
	// A failure is tolerated only by a setting that would have liked it otherwise.
	case outcome == verify.Encrypted && !verifies, (outcome == verify.Cleartext || outcome == verify.Diverted) && !verifies && !encrypts:
		return mode + " has no reason for being " + w[0]
	}
	return ""
}

// nowhere says of a match that no record has its name.
func (r *reader) nowhere(w Words) string {
	if len(w) < 3 || w[0] != string(verify.Verified) || w[1] == "via" || w[2] == "via" {
		return ""
	}
	holds := func(typ string) bool {
		return slices.ContainsFunc(r.sc.Zone.Records(), func(rec fakedns.Record) bool {
			fields := strings.Fields(rec.Data)
			return rec.Type == typ && len(fields) > 0 && bare(fields[len(fields)-1]) == w[2]
		})
	}
	switch verify.Kind(w[1]) {
	case verify.RefDomain:
		if strings.TrimPrefix(w[2], ".") != r.sc.Domain {
			return "the recipient's domain is " + r.sc.Domain
		}
	case verify.RefPTR:
		if !holds("PTR") {
			return "no PTR record of the zone has " + w[2]
		}
	case verify.RefMX:
		if !holds("MX") && w[2] != r.sc.Domain {
			return "no MX record of the zone has " + w[2]
		}
	}
	return ""
}

// cannotBe reports whether a claim cannot hold in any world.
func cannotBe(c Claim, portal bool) bool {
	s, mode, ok := settingOf(c.Policy)
	return ok && impossible(s, mode, c.Words, portal) != ""
}

// The ESA's settings by their numbers.
const (
	no, preferred, required, preferredVerify, requiredVerify, hosted = 1, 2, 3, 4, 5, 6
)

// A fate is how one host meets senders, as far as settings can tell hosts
// apart. Every host has one of them, whatever its faults are.
type fate struct {
	gone    bool           // it has no address, or no such name exists: another is tried, and if there is none the message bounces
	lost    bool           // no sender comes as far as RCPT, or all are told to come again
	tls     string         // "none": refused or not offered before the 220; "broken" behind it; "good"
	clear   verify.Outcome // what RCPT comes to in clear text: Cleartext, Deferred or Bounced
	inside  verify.Outcome // the same inside TLS, Encrypted being the good one
	byPTR   bool           // settings 4 and 5 verify the host
	byNames bool           // setting 6 does
}

// fates lists them all.
func fates() []fate {
	all := []fate{{gone: true}, {lost: true}}
	for _, clear := range []verify.Outcome{verify.Cleartext, verify.Deferred, verify.Bounced} {
		for _, tls := range []string{"none", "broken"} {
			all = append(all, fate{tls: tls, clear: clear})
		}
		for _, inside := range []verify.Outcome{verify.Encrypted, verify.Deferred, verify.Bounced} {
			for _, v := range []uint8{0, 1, 2, 3} {
				all = append(all, fate{tls: "good", clear: clear, inside: inside, byPTR: v&1 != 0, byNames: v&2 != 0})
			}
		}
	}
	return all
}

// meets gives what a setting comes to with a host.
func (f fate) meets(number int, portal bool) verify.Outcome {
	verified := number == hosted && f.byNames || (number == preferredVerify || number == requiredVerify) && f.byPTR
	switch {
	case f.gone, f.lost:
		return verify.Deferred
	case number == no, f.tls == "none" && (number == preferred || number == preferredVerify):
		if portal {
			return verify.Diverted
		}
		return f.clear
	case f.tls != "good":
		return verify.Deferred
	case number >= requiredVerify && !verified:
		return verify.Deferred
	case f.inside == verify.Encrypted && verified:
		return verify.Verified
	}
	return f.inside
}

// sent gives what becomes of the message where hosts are tried in order.
func sent(hosts []fate, number int, portal bool) verify.Outcome {
	var last fate // that decides
	for _, f := range hosts {
		if o := f.meets(number, portal); o != verify.Deferred {
			return o
		}
		if !f.gone {
			last = f
		}
	}
	if portal && last.tls == "broken" && (number == preferred || number == preferredVerify) {
		return verify.Diverted
	}
	if slices.ContainsFunc(hosts, func(f fate) bool { return !f.gone }) {
		return verify.Deferred
	}
	return verify.Bounced
}

// conflictingClaims looks for hosts with which all claims would hold, and finds
// the first claim for which there are none. Hosts that change from one
// connection to the next, and more than two of them, are not looked through.
func (r *reader) conflictingClaims() {
	hops := len(r.sc.Hops())
	changing := slices.ContainsFunc(r.sc.Hosts, func(h Host) bool { return len(h.Attempts)+len(h.Share) > 0 || h.Script != "" })
	if hops == 0 || hops > 2 || changing {
		return
	}
	possible := [][]fate{{}}
	for range hops {
		var longer [][]fate
		for _, p := range possible {
			for _, f := range fates() {
				longer = append(longer, append(slices.Clone(p), f))
			}
		}
		possible = longer
	}
	everywhere := map[verify.Outcome]bool{verify.Deferred: true, verify.Bounced: true} // what no host decides: the DNS
	for i, c := range r.sc.Expect {
		p, ok := c.Policy.(esa.Policy)
		if !ok || len(c.Words) == 0 || strings.Contains(c.Mode, " ") || cannotBe(c, r.sc.Sender.Portal) {
			continue
		}
		number := p.Setting().Number
		fits := func(hosts []fate) bool { return sent(hosts, number, r.sc.Sender.Portal) == c.Outcome }
		possible = slices.DeleteFunc(possible, func(hosts []fate) bool { return !fits(hosts) })
		for o := range everywhere {
			everywhere[o] = everywhere[o] && o == c.Outcome
		}
		if len(possible) == 0 && !everywhere[verify.Deferred] && !everywhere[verify.Bounced] {
			r.at(r.expect[i], 0, "no host can make this claim true together with those above it; one of them is wrong")
			return
		}
	}
}
