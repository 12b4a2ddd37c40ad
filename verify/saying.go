package verify

// A Saying is what a product itself prints where a delivery fails: in its
// queue, its log, the report that it sends. The zero Saying is none.
type Saying struct {
	Text      string // as printed; where only a part of it is known, that part
	Source    string // the document that has it, or where it was seen
	Certainty Certainty
}
