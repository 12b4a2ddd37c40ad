package verify

// Certainty says how well a rule is known.
type Certainty int

// From the weakest to the strongest. Documented and Observed are solid: a
// result that rests on anything less is marked with a question mark.
const (
	Inferred   Certainty = iota // deduced from documented rules; stated nowhere
	Recalled                    // known from memory, no readable source
	Documented                  // stated by the product's document or by an RFC
	Observed                    // seen in the running product
)

// String gives the word that output uses: inferred, recalled, documented,
// observed.
func (c Certainty) String() string {
	return [...]string{"inferred", "recalled", "documented", "observed"}[c]
}

// Solid reports whether no question mark is due.
func (c Certainty) Solid() bool { return c >= Documented }

// A Rule is one sentence of a product's or a standard's behaviour.
type Rule struct {
	ID        string    // "esa/verify/cn-ptr"; unique
	Text      string    // the rule in one sentence
	Source    string    // the document or RFC section that states it, or what it was deduced from
	Certainty Certainty //
}
