package pki

import (
	"slices"
	"strings"

	"mxlab/internal/nearest"
)

// none stands for an extension that is left out.
const none = "none"

// A usage is a word for what a key may be used for, with cfssl's.
type usage struct{ word, cfssl string }

// The extended key usages, by their names in RFC 5280 section 4.2.1.12.
const (
	serverAuth = "serverAuth"
	clientAuth = "clientAuth"
)

func extendedUsages() []usage {
	return []usage{
		{serverAuth, "server auth"}, {clientAuth, "client auth"}, {"emailProtection", "email protection"},
		{"codeSigning", "code signing"}, {"OCSPSigning", "ocsp signing"}, {"any", "any"},
	}
}

// keyUsages are those of RFC 5280 section 4.2.1.3.
func keyUsages() []usage {
	return []usage{
		{"digitalSignature", "digital signature"}, {"nonRepudiation", "content commitment"}, {"keyEncipherment", "key encipherment"},
		{"dataEncipherment", "data encipherment"}, {"keyAgreement", "key agreement"}, {"keyCertSign", "cert sign"}, {"cRLSign", "crl sign"},
	}
}

// parseUsages reads eku= and ku=: words with commas, or none.
func parseUsages(v value, what string, known []usage) ([]string, error) {
	var words, usages []string
	for _, k := range known {
		words = append(words, k.word)
	}
	words = append(words, none)
	list := v.list()
	for _, u := range list {
		switch {
		case !slices.Contains(words, u.text):
			if n := nearest.Word(u.text, words...); n != "" {
				return nil, wrong(u.offset(), "unknown %s %q; write %s", what, u.text, n)
			}
			return nil, wrong(u.offset(), "unknown %s %q; write one of %s", what, u.text, strings.Join(words, " "))
		case u.text == none && len(list) > 1:
			return nil, wrong(u.offset(), "none stands alone: it leaves the extension out")
		case slices.Contains(usages, u.text):
			return nil, wrong(u.offset(), "%s stands here a second time; write it once", u.text)
		}
		usages = append(usages, u.text)
	}
	return usages, nil
}

// inCFSSL gives usages in cfssl's words.
func inCFSSL(usages []string, known []usage) []string {
	var all []string
	for _, u := range usages {
		if i := slices.IndexFunc(known, func(k usage) bool { return k.word == u }); i >= 0 {
			all = append(all, known[i].cfssl)
		}
	}
	return all
}

// usages gives the usages of a certificate in cfssl's words.
func (s *Spec) usages() []string {
	ku, eku := s.KU, s.EKU
	if ku == nil {
		switch {
		case s.CA:
			ku = []string{"keyCertSign", "cRLSign"}
		case s.Key.rsa():
			// TLS 1.2 without ECDHE encrypts to the key: RFC 5246 section 7.4.2.
			ku = []string{"digitalSignature", "keyEncipherment"}
		default:
			// TLS 1.3, and 1.2 with ECDHE, need the signature only.
			ku = []string{"digitalSignature"}
		}
	}
	if eku == nil && !s.CA {
		// A mail host's are both, because every one of them is also a sender.
		eku = []string{serverAuth, clientAuth}
	}
	return append(inCFSSL(ku, keyUsages()), inCFSSL(eku, extendedUsages())...)
}
