package fakemx

import "slices"

// An alert has a name and a number: RFC 8446 section 6.
type alert struct {
	name   string
	number byte
}

// alerts lists those of RFC 8446 appendix B.2 that a TLS 1.3 host may send.
func alerts() []alert {
	return []alert{
		{"close_notify", 0}, {"unexpected_message", 10}, {"bad_record_mac", 20}, {"record_overflow", 22},
		{"handshake_failure", alertHandshakeFailure}, {"bad_certificate", 42}, {"unsupported_certificate", 43},
		{"certificate_revoked", 44}, {"certificate_expired", 45}, {"certificate_unknown", 46}, {"illegal_parameter", 47},
		{"unknown_ca", 48}, {"access_denied", 49}, {"decode_error", 50}, {"decrypt_error", 51}, {"protocol_version", 70},
		{"insufficient_security", 71}, {"internal_error", alertInternalError}, {"inappropriate_fallback", 86},
		{"user_canceled", 90}, {"missing_extension", alertMissingExtension}, {"unsupported_extension", 110},
		{"unrecognized_name", alertUnrecognizedName}, {"bad_certificate_status_response", 113},
		{"unknown_psk_identity", 115}, {"certificate_required", 116}, {"no_application_protocol", 120},
	}
}

const (
	alertHandshakeFailure = 40
	alertInternalError    = 80
	alertMissingExtension = 109
	alertUnrecognizedName = 112
)

func alertNumber(name string) (byte, bool) {
	i := slices.IndexFunc(alerts(), func(a alert) bool { return a.name == name })
	if i < 0 {
		return 0, false
	}
	return alerts()[i].number, true
}

// alertRecord is an alert in clear text: RFC 8446 sections 5.1 and 6, content
// type alert, legacy version, length; level, number. close_notify and
// user_canceled are warnings, all others fatal.
func alertRecord(number byte) []byte {
	level := byte(2)
	if number == 0 || number == 90 {
		level = 1
	}
	return []byte{alertType, 3, 1, 0, 2, level, number}
}
