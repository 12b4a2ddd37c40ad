package pkix_test

import (
	"encoding/asn1"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"golang.org/x/crypto/ocsp"

	verifypkix "mxlab/verify/pkix"
)

func TestCurrent(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", signsLists)
	leaf := issue(t, root, "mx.example.com")
	single := func(opts ...answerOption) asn1.RawValue {
		return partsOf(t, answer(t, root, root, leaf, opts...)).Data.Singles[0]
	}
	singles := func(list ...asn1.RawValue) []byte {
		return reassembled(t, root, answer(t, root, root, leaf), func(p *basicParts) { p.Data.Singles = list })
	}
	endless := func(r *ocsp.Response) { r.NextUpdate = time.Time{} }
	for _, row := range []struct {
		name string
		der  []byte
		want time.Time
	}{
		{"a list", crlOf(t, root), noon.Add(day)},
		{"a list a second before its end", crlOf(t, root, updated(-day, time.Second)), noon.Add(time.Second)},
		{"a stale list", crlOf(t, root, updated(-day, 0)), time.Time{}},
		{"a list of tomorrow", crlOf(t, root, updated(time.Second, day)), time.Time{}},
		{"a list without an end", rewritten(t, root, crlOf(t, root), func(tbs []asn1.RawValue) []asn1.RawValue { return append(tbs[:4:4], tbs[5:]...) }),
			time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
		{"a response", answer(t, root, root, leaf), noon.Add(day)},
		{"a stale response", answer(t, root, root, leaf, current(-day, 0)), time.Time{}},
		{"a response of tomorrow", answer(t, root, root, leaf, current(time.Second, day)), time.Time{}},
		{"a response without an end", answer(t, root, root, leaf, endless), time.Time{}},
		{"the shortest of several", singles(single(), single(current(-day, time.Hour)), single()), noon.Add(time.Hour)},
		{"one of them without an end", singles(single(), single(endless)), time.Time{}},
		{"a response about nothing", singles(), time.Time{}},
		{"an error", ocsp.TryLaterErrorResponse, time.Time{}},
		{"a certificate", leaf.Raw, time.Time{}},
		{"nothing", nil, time.Time{}},
	} {
		assert.True(t, row.want.Equal(verifypkix.Current(row.der, noon)), "%s: %v", row.name, verifypkix.Current(row.der, noon))
	}
}
