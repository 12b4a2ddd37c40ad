package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// spoken makes a dialogue of lines: "C: " and "S: ", inside TLS with "TLS " before.
func spoken(text string) (all []verify.Line) {
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		line, inTLS := strings.CutPrefix(line, "TLS ")
		all = append(all, verify.Line{Client: line[0] == 'C', TLS: inTLS, Text: line[3:]})
	}
	return all
}

func TestManner(t *testing.T) {
	t.Parallel()
	inside := &verify.TLS{}
	for _, tc := range []struct {
		dialogue string
		greeting []string
		tls      *verify.TLS
		want     manner
	}{
		{"S: 220 mx.example", []string{"mx.example"}, nil, manner{}},
		{"S: 220 mx.example\nC: EHLO a\nS: 250-mx.example\nS: 250 STARTTLS", []string{"MX.example ESMTP"}, nil, manner{}},
		{"S: 220 other.example\nC: EHLO a\nS: 250 mx.example", []string{"other.example", "two"}, nil,
			manner{greeting: " in 2 lines as other.example, EHLO answered as mx.example"}},
		{"S: 220 ready\nC: EHLO a\nS: 250 mx.example", []string{"ready"}, nil, manner{}},
		{"S: 220 mx.example\nC: EHLO a\nS: 250-X\nS: 250-X", []string{"mx.example"}, nil, manner{}},
		{"S: 220 mx.example\nC: EHLO a\nS: 502 no\nC: HELO a\nS: 250 mx.example", []string{"mx.example"}, nil, manner{before: "EHLO 502, HELO 250"}},
		{"C: EHLO a\nS: 250-mx.example\nS: 250-starttls now\nS: 250 STARTTLS", nil, nil, manner{offer: " as starttls and with a parameter and twice"}},
		{"C: EHLO a\nS: 250-mx.example\nS: 250-STARTTLS\nS: 250-STARTTLS\nS: 250 STARTTLS", nil, nil, manner{offer: " 3 times"}},
		{"C: EHLO a\nS: 250-mx.example\nS: 250 STARTTLS\nTLS C: EHLO a\nTLS S: 250-mx.example\nTLS S: 250 SIZE", nil, inside, manner{}},
		{"TLS C: EHLO a\nTLS S: 250-mx.example\nTLS S: 250 STARTTLS", nil, inside, manner{inTLS: "STARTTLS offered again"}},
		{"TLS C: EHLO a\nTLS S: 250 mx.example", nil, inside, manner{inTLS: "no extensions inside TLS"}},
		{"TLS C: EHLO a\nTLS S: 502 no\nTLS C: HELO a\nTLS S: 250 mx.example", nil, inside, manner{inTLS: "EHLO 502, HELO 250"}},
		{"TLS C: EHLO a\nTLS S: 451 later", nil, inside, manner{}},
		{"TLS C: EHLO a\nTLS S: 2", nil, inside, manner{}},
	} {
		s := &verify.Session{Dialogue: spoken(tc.dialogue), TLS: tc.tls}
		s.Greeting.Lines = tc.greeting
		assert.Equal(t, tc.want, mannerOf(s, "STARTTLS"), tc.dialogue)
	}
}
