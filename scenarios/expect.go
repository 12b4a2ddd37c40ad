package scenarios

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"mxlab/verify"
)

// readExpect reads the claims.
func (r *reader) readExpect(n *yaml.Node) {
	const example = "esa/required-verify: verified mx mx01.example.com"
	for _, e := range r.entries(n, "expect:", example) {
		policy, err := ParseMode(e.key.Value)
		if err != nil {
			if _, other := ParseListener(e.key.Value); other == nil {
				err = wrong(0, "%s is a setting of the receiving side; write it under receive:", clip(e.key.Value))
			}
			r.refuse(e.key, err)
		}
		s, ok := r.scalar(e.value, "a claim", example)
		if !ok {
			continue
		}
		parts, wrongClaim := parseClaim(s)
		if wrongClaim != nil {
			r.refuse(e.value, wrongClaim)
		}
		if err != nil || wrongClaim != nil {
			continue
		}
		policy = r.sc.Sender.policy(policy, e.key.Value)
		line, col := r.position(e.key, 0)
		c := Claim{Mode: policy.Mode(), Policy: policy, File: r.file, Line: line, Col: col, Comment: e.comment()}
		if i := slices.IndexFunc(r.sc.Expect, func(o Claim) bool { return o.Mode == c.Mode }); i >= 0 {
			r.at(e.key, 0, "there is a claim for %s already, in line %d; keep one of them", c.Mode, r.sc.Expect[i].Line)
			continue
		}
		for _, p := range parts {
			r.claim(&c, p, e.value)
		}
		r.sc.Expect, r.expect = append(r.sc.Expect, c), append(r.expect, e.value)
	}
}

// claim takes over what a claim says of one queue run.
func (r *reader) claim(c *Claim, p part, n *yaml.Node) {
	var all Words
	for i, w := range p.words {
		all = append(all, w.text)
		if i > 0 && p.words[i-1].text == "via" {
			r.via = append(r.via, mention{w.text, n, w.offset})
		}
	}
	switch p.word.text {
	case "then":
		c.Then = append(c.Then, all)
	case "finally":
		c.Finally = all
	default:
		c.Words, c.Outcome = all, verify.Outcome(all[0])
	}
}
