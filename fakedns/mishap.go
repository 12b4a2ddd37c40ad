package fakedns

import (
	"sync"
	"time"
)

// A mishap is all that is wrong with one query: at most one delay, and then
// one other fault.
type mishap struct {
	delay time.Duration
	kind  FaultKind // as Fault.on gives it
	fault Fault     // whose kind it is
}

// mishaps are the faults by question, and how often who has asked.
type mishaps struct {
	faults map[setKey][]Fault

	mu    sync.Mutex
	turns map[turn]int
}

// A turn counts the queries of one asker for one question.
type turn struct {
	asker string
	setKey
}

// maxTurns bounds the memory for askers; to later ones each query is the
// first.
const maxTurns = 1 << 17

func newMishaps(faults []Fault) *mishaps {
	m := &mishaps{faults: make(map[setKey][]Fault, len(faults))}
	for _, f := range faults {
		name, err := canonical(f.Owner)
		typ, ok := typeOf(f.Type)
		if err != nil || !ok || f.Kind == Loss && f.Of <= 0 {
			continue // no such question can be asked
		}
		m.faults[setKey{name, typ}] = append(m.faults[setKey{name, typ}], f)
	}
	return m
}

// of says what is wrong with a query. asker is called if that depends on how
// often it was asked before.
func (m *mishaps) of(key setKey, asker func() string, tcp, opt bool) mishap {
	faults := m.faults[key]
	n := 1
	for _, f := range faults {
		if f.counts() {
			n = m.count(turn{asker(), key})
			break
		}
	}
	var wrong mishap
	for _, f := range faults {
		switch {
		case !f.concerns(n):
		case f.Kind == Delay:
			wrong.delay = f.Delay
		default:
			wrong.fault, wrong.kind = f, f.on(tcp, opt)
		}
	}
	return wrong
}

// count counts a query, from 1.
func (m *mishaps) count(t turn) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, known := m.turns[t]
	if !known && len(m.turns) == maxTurns {
		return 1
	}
	if m.turns == nil {
		m.turns = make(map[turn]int)
	}
	m.turns[t] = n + 1
	return n + 1
}
