package pki

import "time"

// finish fills in the defaults and refuses words that contradict each other.
func (p *parser) finish(end int) error {
	s := &p.spec
	issuerAt, hasIssuer := p.seen["issuer"]
	switch {
	case s.CN == "" && !s.hasSAN():
		return wrong(end, "the certificate has no name; write CN= or SAN=")
	case s.CA && s.NotCA:
		return wrong(p.seen["not-ca"], "not-ca makes a certificate that signs and is no authority; write ca or not-ca, not both")
	case s.signs() && s.CN == "":
		// RFC 5280 section 4.1.2.6: the subject of an authority is not empty.
		return wrong(max(p.seen["ca"], p.seen["not-ca"]), "an authority needs a subject; write CN= beside it")
	case s.SelfSigned && hasIssuer:
		return wrong(issuerAt, "a self-signed certificate has no other issuer; write self-signed or issuer=, not both")
	case !s.SelfSigned && !hasIssuer:
		s.Issuer = public
	}
	// What a sender has are roots; OpenSSL ends no path elsewhere.
	if s.Trusted && !(s.CA && s.SelfSigned) {
		return wrong(p.seen["trusted"], "a sender trusts roots only; write trusted beside ca self-signed")
	}
	for _, word := range []string{"path-length", "permitted", "excluded"} {
		// RFC 5280 sections 4.2.1.9 and 4.2.1.10: of authorities only.
		if at, ok := p.seen[word]; ok && !s.CA {
			return wrong(at, "%s= is for authorities; write it in a line with ca", word)
		}
	}
	if err := p.finishKey(); err != nil {
		return err
	}
	if s.SelfSigned {
		for i, what := range s.Send {
			if what == issuer || what == root {
				return wrong(s.offset("send", i), "a self-signed certificate has no %s to send; write send=leaf", what)
			}
		}
	}
	return p.finishValidity()
}

// finishKey refuses two answers to the question whose key it is.
func (p *parser) finishKey() error {
	keyAt, hasKey := p.seen["key"]
	if p.spec.KeyOf != "" && hasKey {
		return wrong(keyAt, "the kind of the key is that of %s; write key= there, or leave key-of= out", p.spec.KeyOf)
	}
	return nil
}

// signs tells whether other lines may name this one as their issuer.
func (s *Spec) signs() bool { return s.CA || s.NotCA }

func (s *Spec) hasSAN() bool { return len(s.SAN)+len(s.IP)+len(s.Email)+len(s.URI) > 0 }

// commonNames lists them all.
func (s *Spec) commonNames() []string {
	if s.CN == "" {
		return nil
	}
	return append([]string{s.CN}, s.MoreCN...)
}

// finishValidity fills in the validity.
func (p *parser) finishValidity() error {
	usual := span{-30 * day, 335 * day}
	if p.spec.CA {
		// Wide, so that a leaf may be of any age under a good authority.
		usual = span{-5 * year, 5 * year}
	}
	stated, ok := usual.stated(span{p.spec.From, p.spec.Until}, p.seen)
	if !ok {
		return wrong(p.seen["until"], "the certificate ends before it begins; write until= after from=")
	}
	p.spec.From, p.spec.Until = stated.from, stated.until
	return nil
}

// A span of time, relative to the lab's.
type span struct{ from, until time.Duration }

// stated fills in what a line leaves open. One that gives one end keeps the
// usual other, unless that would turn the two around: until=-40d means
// something that ended, not something that ended before it began. It fails
// where the line itself turns them around.
func (usual span) stated(s span, seen map[string]int) (span, bool) {
	_, hasFrom := seen["from"]
	_, hasUntil := seen["until"]
	life := usual.until - usual.from
	switch {
	case hasFrom && hasUntil:
	case hasFrom:
		if s.until = usual.until; s.from >= s.until {
			s.until = s.from + life
		}
	case hasUntil:
		if s.from = usual.from; s.until <= s.from {
			s.from = s.until - life
		}
	default:
		s = usual
	}
	return s, s.until >= s.from
}
