package fakedns

// Overlay returns a copy in which each RRset of over stands in the place of
// the one with that owner and type. The zones are found anew, as by
// [ParseZone] with that domain; an SOA of either text counts.
//
// Records that cannot stand together, such as a CNAME of over beside other
// data of z, are a *[SyntaxError] whose offset is in the text of over.
func (z *Zone) Overlay(over *Zone, domain string) (*Zone, error) {
	if domain != "" {
		name, err := canonical(domain)
		if err != nil {
			return nil, syntaxErrorf(0, "the recipient domain %s is no name: %v", clip(domain), err)
		}
		domain = name
	}
	replaced := make(map[setKey]bool, len(over.records))
	for _, r := range over.records {
		replaced[r.key()] = true
	}
	p := parser{sets: make(map[setKey]*setState), kinds: make(map[string]nodeKind)}
	for _, r := range z.records {
		if replaced[r.key()] {
			continue
		}
		if err := p.add(r.Offset, r.rr); err != nil {
			return nil, err // not of records that stood together before
		}
	}
	for _, r := range over.records {
		if err := p.add(r.Offset, r.rr); err != nil {
			return nil, err
		}
	}
	merged := &Zone{records: p.records}
	if err := merged.findApexes(domain); err != nil {
		return nil, syntaxErrorf(0, "%s", err.Msg)
	}
	if err := merged.checkCuts(); err != nil {
		return nil, syntaxErrorf(0, "%s", err.Msg)
	}
	return merged, nil
}

func (r record) key() setKey { return setKey{r.name, r.rr.Header().Rrtype} }
