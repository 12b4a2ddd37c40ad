package pkix_test

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

func TestWhyUnparsable(t *testing.T) {
	t.Parallel()
	whole := issue(t, nil, "mx.example.com", hosts("mx.example.com")).Raw
	short := issue(t, nil, "mx", func(tm *template) { tm.SerialNumber.SetInt64(1) }).Raw
	rows := map[string]struct {
		der []byte
		why string
	}{
		"empty":           {nil, "it is empty"},
		"text":            {[]byte("hello"), "it is not a certificate"},
		"one octet":       {[]byte{0x30}, "it is not a certificate"},
		"half a length":   {[]byte{0x30, 0x82, 1}, "its encoding ends too early"},
		"a long length":   {[]byte{0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1}, "it is not a certificate"},
		"another thing":   {[]byte{0x30, 3, 2, 1, 1}, "it is not a certificate"},
		"cut":             {whole[:len(whole)-16], "its encoding ends too early"},
		"more":            {append(bytes.Clone(whole), 0), "there is more behind its end"},
		"negative serial": {bytes.Replace(short, []byte{0xa0, 3, 2, 1, 2, 2, 1, 1}, []byte{0xa0, 3, 2, 1, 2, 2, 1, 0x81}, 1), "its serial number is negative"},
		"U-label":         {bytes.Replace(whole, []byte("\x82\x0emx.example.com"), []byte("\x82\x0em\xc3\xbcexample.com"), 1), "a name in it is not ASCII"},
		"another reason":  {bytes.Replace(whole, []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 9}, 1), ""},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := x509.ParseCertificate(row.der)
			require.Error(t, err, "crypto/x509 refuses it")
			assert.Equal(t, row.why, verifypkix.WhyUnparsable(row.der))
		})
	}
	assert.Empty(t, verifypkix.WhyUnparsable(whole), "what can be parsed")
}
