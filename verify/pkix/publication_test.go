package pkix_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/crypto/ocsp"

	verifypkix "mxlab/verify/pkix"
)

// TestReadPublication: what an authority published is told as it says itself,
// also where it says too much.
func TestReadPublication(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", signsLists)
	stranger := issue(t, nil, "Stranger", signsLists)
	leaf := issue(t, root, "mx.example.com")
	delegate := issue(t, root, "Responder", responder)
	list, response, cert := verifypkix.PublishedList, verifypkix.PublishedResponse, verifypkix.PublishedCertificate
	for _, row := range []struct {
		name       string
		der        []byte
		kind       verifypkix.PublicationKind
		by, state  string
		this, next int // days from noon; 0 is none
	}{
		{"a list", crlOf(t, root, revokes(leaf, 1)), list, "Root", "", -1, 1},
		{"a list that has run out", crlOf(t, root, updated(-3*day, -2*day)), list, "Root", "", -3, -2},
		{"the issuer's answer", answer(t, root, root, leaf, current(-day, day)), response, "Root", "good", -1, 1},
		{"that of its responder", answer(t, root, delegate, leaf, withdrawn(1), current(-day, day)), response, "Responder", "revoked", -1, 1},
		{"that of somebody else", answer(t, root, stranger, leaf, answered(ocsp.Unknown), current(-day, day)), response, "Stranger", "unknown", -1, 1},
		{"an answer that is none", ocsp.TryLaterErrorResponse, response, "", "try-later", 0, 0},
		{"another", ocsp.UnauthorizedErrorResponse, response, "", "error-response", 0, 0},
		{"a certificate", root.Raw, cert, "Root", "", 0, 0},
		{"several", bundle(t, leaf, root), cert, "mx.example.com", "", 0, 0},
		{"a page", []byte("<html>"), "", "", "", 0, 0},
		{"nothing", nil, "", "", "", 0, 0},
	} {
		got, ok := verifypkix.ReadPublication(row.der)
		assert.Equal(t, row.kind != "", ok, row.name)
		assert.Equal(t, row.kind, got.Kind, row.name)
		assert.Equal(t, row.by, got.By, row.name)
		assert.Equal(t, row.state, got.State, row.name)
		if row.this == 0 {
			assert.Zero(t, got.This, row.name)
			assert.Zero(t, got.Next, row.name)
		} else {
			assert.Equal(t, noon.AddDate(0, 0, row.this), got.This.UTC(), row.name)
			assert.Equal(t, noon.AddDate(0, 0, row.next), got.Next.UTC(), row.name)
		}
	}
}
