package finding

import (
	"slices"
	"time"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// A Stage is one column of the receiver test.
type Stage struct {
	Name   string
	Result verify.Result // Passed, Failed, or NotReached
	Took   time.Duration // of its steps; 0 if it has none of its own
}

// The stages, in the words and in the order of CheckTLS's matrix.
const (
	Connect     = "connect"
	Allowed     = "allowed"        // the greeting is 220
	CanUse      = "can use"        // EHLO, or HELO, is accepted
	Advertised  = "TLS advertised" // STARTTLS is offered
	CertOK      = "certificate"    // it leads to a trusted authority, is valid and not revoked, and has the MX name
	Negotiated  = "TLS negotiated" // STARTTLS, the handshake, and EHLO inside TLS
	SenderOK    = "sender"         // MAIL is accepted
	RecipientOK = "recipient"      // RCPT is accepted
)

// Stages tells how far a session with the host that ev.Hop names came: see
// [Session]. Without a session, or an address, every stage is not reached. A
// host that refuses TLS is asked on in clear text, so that its later stages may
// pass.
func Stages(ev verify.Evidence) []Stage {
	s := Session(ev)
	var list []Stage
	add := func(name string, r verify.Result, steps ...verify.Stage) {
		list = append(list, Stage{Name: name, Result: r, Took: took(s, name, steps)})
	}
	at := progress(s)
	add(Connect, at(verify.StageConnect), verify.StageConnect)
	add(Allowed, at(verify.StageGreeting), verify.StageGreeting)
	add(CanUse, at(verify.StageEHLO), verify.StageEHLO)
	offered, cert, negotiated := verify.NotReached, verify.NotReached, verify.NotReached
	if at(verify.StageEHLO) == verify.Passed {
		offered = verify.Failed
		if s.Offered {
			offered, negotiated = verify.Passed, verify.Failed
		}
		if secure(s) && !(s.Stop != nil && s.Stop.TLS && s.Stop.Stage == verify.StageEHLO) {
			negotiated = verify.Passed
		}
		if s.TLS != nil {
			cert = certOK(ev, s)
		}
	}
	add(Advertised, offered)
	add(CertOK, cert)
	add(Negotiated, negotiated, verify.StageSTARTTLS, verify.StageHandshake, verify.StageEHLO)
	add(SenderOK, at(verify.StageMail), verify.StageMail)
	add(RecipientOK, at(verify.StageRcpt), verify.StageRcpt)
	return list
}

// progress tells of each stage of a session in clear text, and of MAIL and
// RCPT, what came of it.
func progress(s *verify.Session) func(verify.Stage) verify.Result {
	order := []verify.Stage{verify.StageConnect, verify.StageGreeting, verify.StageEHLO, verify.StageSTARTTLS,
		verify.StageHandshake, verify.StageMail, verify.StageRcpt}
	results := map[verify.Stage]verify.Result{}
	reached := s != nil
	for _, stage := range order {
		results[stage] = verify.NotReached
		if !reached {
			continue
		}
		results[stage] = verify.Passed
		if s.Stop == nil {
			continue
		}
		// EHLO inside TLS comes behind the handshake.
		where := s.Stop.Stage
		if s.Stop.TLS && where == verify.StageEHLO {
			where = verify.StageHandshake
		}
		if where == stage {
			results[stage], reached = verify.Failed, false
		}
	}
	return func(st verify.Stage) verify.Result { return results[st] }
}

// took adds up the steps of a stage.
func took(s *verify.Session, name string, steps []verify.Stage) (d time.Duration) {
	if s == nil {
		return 0
	}
	for _, step := range s.Steps {
		for _, stage := range steps {
			// EHLO belongs to one stage in clear text, and to another inside TLS.
			if step.Stage == stage && (stage != verify.StageEHLO || step.TLS == (name == Negotiated)) {
				d += step.Took
			}
		}
	}
	return d
}

// certOK is the stage that tells whether the certificate proves the MX name to
// an ordinary sender, whose library is less strict than the findings are.
func certOK(ev verify.Evidence, s *verify.Session) verify.Result {
	path := ev.Path(s, pkix.OpenSSL(1))
	known, _ := ev.Revocation(s.TLS, path, revocationRules())
	isRevoked := slices.ContainsFunc(known.Path.Faults, func(f pkix.Fault) bool { return f.Kind == pkix.Revoked })
	if path.OK() && !isRevoked && NameMismatch(path.Leaf, ev.Hop.Host) == "" {
		return verify.Passed
	}
	return verify.Failed
}
