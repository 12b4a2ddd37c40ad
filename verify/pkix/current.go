package pkix

import (
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Current gives the time before which a CRL, or an OCSP response, need not be
// fetched again by who has it now: its nextUpdate. It is zero for what is not
// current, for a response without nextUpdate, and for anything else. Nothing but
// the dates is looked at.
func Current(der []byte, now time.Time) time.Time {
	if c := ReadCRL(der); c.head != nil {
		return span(c.head.ThisUpdate, c.head.NextUpdate, now, forever())
	}
	basic, d := basicResponse(der)
	if d != "" {
		return time.Time{}
	}
	_, singles, _, ok := new(response).readData(&basic)
	first := time.Time{}
	for n := 0; ok && !singles.Empty(); n++ {
		until, read := singleSpan(&singles, now)
		if !read || until.IsZero() {
			return time.Time{}
		}
		if n == 0 || until.Before(first) {
			first = until
		}
	}
	return first
}

// span gives the end of what is valid at a time; zero if it is not.
func span(this, next, now, endless time.Time) time.Time {
	switch {
	case now.Before(this) || !next.IsZero() && !now.Before(next):
		return time.Time{}
	case next.IsZero():
		return endless
	}
	return next
}

// singleSpan reads the dates of the next single response.
func singleSpan(list *cryptobyte.String, now time.Time) (until time.Time, ok bool) {
	var single, status, wrapped cryptobyte.String
	var any asn1.Tag
	var bounded bool
	var this, next time.Time
	if !list.ReadASN1(&single, asn1.SEQUENCE) || !single.SkipASN1(asn1.SEQUENCE) || !single.ReadAnyASN1(&status, &any) ||
		!single.ReadASN1GeneralizedTime(&this) || !single.ReadOptionalASN1(&wrapped, &bounded, tag(0).Constructed()) ||
		bounded && !wrapped.ReadASN1GeneralizedTime(&next) {
		return time.Time{}, false
	}
	return span(this, next, now, time.Time{}), true
}
