package pki

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
	newAt, hasNew := p.seen["new-key"]
	if p.spec.KeyOf == "" {
		return nil
	}
	switch {
	case hasKey:
		return wrong(keyAt, "the kind of the key is that of %s; write key= there, or leave key-of= out", p.spec.KeyOf)
	case hasNew:
		return wrong(newAt, "the key is that of %s, not a new one; write key-of= or new-key, not both", p.spec.KeyOf)
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

// finishValidity fills in the validity. A line that gives one end keeps the
// default of the other, unless that would turn the two around: until=-40d
// means a certificate that ended, not one that ended before it began.
func (p *parser) finishValidity() error {
	s := &p.spec
	from, until := -30*day, 335*day
	if s.CA {
		// Wide, so that a leaf may be of any age under a good authority.
		from, until = -5*year, 5*year
	}
	_, hasFrom := p.seen["from"]
	untilAt, hasUntil := p.seen["until"]
	life := until - from
	switch {
	case hasFrom && hasUntil:
		if s.Until < s.From {
			return wrong(untilAt, "the certificate ends before it begins; write until= after from=")
		}
	case hasFrom:
		s.Until = until
		if s.From >= until {
			s.Until = s.From + life
		}
	case hasUntil:
		s.From = from
		if s.Until <= from {
			s.From = s.Until - life
		}
	default:
		s.From, s.Until = from, until
	}
	return nil
}
