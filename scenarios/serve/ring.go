package serve

// What a journal keeps of each kind.
const (
	mostEntries = 10_000
	mostOctets  = 32 << 20
)

// A ring keeps the latest entries, numbered from 1.
type ring[T any] struct {
	kept   []sized[T]
	octets int
	before int // entries that are not kept any more
}

type sized[T any] struct {
	entry  T
	octets int
}

// add keeps an entry, and gives its number.
func (r *ring[T]) add(entry T, octets int) int {
	r.kept = append(r.kept, sized[T]{entry, octets})
	r.grow(octets)
	return r.before + len(r.kept)
}

// grow counts octets of the entries, and drops the oldest that are too many.
func (r *ring[T]) grow(octets int) {
	r.octets += octets
	for len(r.kept) > mostEntries || r.octets > mostOctets && len(r.kept) > 1 {
		r.octets -= r.kept[0].octets
		r.kept[0] = sized[T]{}
		r.kept = r.kept[1:]
		r.before++
	}
}

// at gives the place of an entry by its number; nil if it is not kept.
func (r *ring[T]) at(n int) *sized[T] {
	if i := n - r.before - 1; i >= 0 && i < len(r.kept) {
		return &r.kept[i]
	}
	return nil
}

// after gives the entries behind the one with this number.
func (r *ring[T]) after(n int) []T {
	all := []T{}
	for i := max(n-r.before, 0); i < len(r.kept); i++ {
		all = append(all, r.kept[i].entry)
	}
	return all
}
