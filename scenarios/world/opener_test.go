package world

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
	"mxlab/scenarios"
)

// TestOpener: the system may give a local port to one sender after another, and
// for two hosts at a time. A message is still found to be that of its sender.
func TestOpener(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("two.yaml", "two", []byte(`
title: Two hosts
domain: example.com
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  example.com.      300 IN MX 20 mx2.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
  mx2.example.com.  300 IN A  192.0.2.2
hosts:
  192.0.2.1: no-tls
  192.0.2.2: no-tls
`))
	require.NoError(t, err)
	w, err := New(s, time.Time{})
	require.NoError(t, err)
	defer w.Close()
	peer := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40000}
	other := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40001}
	w.peers[key("one", peer)] = []string{"ann", "bob"}
	w.peers[key("one", other)] = []string{"cid"}
	w.peers[key("two", peer)] = []string{"dot"}

	sessions := []fakemx.Session{{Peer: peer}, {Peer: other}, {Peer: peer}, {Peer: peer}}
	var openers []string
	for i := range sessions {
		openers = append(openers, w.opener("one", sessions[i].Peer, i, func() []fakemx.Session { return sessions }))
	}
	assert.Equal(t, []string{"ann", "cid", "bob", ""}, openers)
	assert.Equal(t, "dot", w.opener("two", peer, 0, nil))
	assert.Empty(t, w.opener("two", other, 1, func() []fakemx.Session { return sessions }))
}
