package main

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTrustAnchorsOfAFile(t *testing.T) {
	t.Parallel()
	root := start(t, "hosted/ptr-not-mx").Roots()[0]
	var text bytes.Buffer
	text.WriteString("Words before the first block.\n")
	for _, b := range []*pem.Block{
		{Type: "PRIVATE KEY", Bytes: []byte("no certificate")},
		{Type: "CERTIFICATE", Bytes: []byte("none either")},
		{Type: "CERTIFICATE", Bytes: root.Raw},
	} {
		require.NoError(t, pem.Encode(&text, b))
	}
	dir := t.TempDir()
	bundle, empty := filepath.Join(dir, "bundle.pem"), filepath.Join(dir, "empty.pem")
	require.NoError(t, os.WriteFile(bundle, text.Bytes(), 0o666))
	require.NoError(t, os.WriteFile(empty, nil, 0o666))

	anchors, err := trustAnchors(bundle)
	require.NoError(t, err)
	if assert.Len(t, anchors, 1, "what is no certificate is passed over") {
		assert.Equal(t, root.Raw, anchors[0].Raw)
	}
	for _, file := range []string{empty, filepath.Join(dir, "none.pem"), dir} {
		_, err := trustAnchors(file)
		assert.ErrorContains(t, err, file, "an error names the file")
	}
}
