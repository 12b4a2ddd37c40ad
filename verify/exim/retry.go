package exim

import "time"

// How long messages are kept: the last interval of the retry rule ends here.
const lifetime = 4 * 24 * time.Hour

// After gives how long a message of an age waits: F,2h,15m; G,16h,1h,1.5; F,4d,6h.
func After(_ int, age time.Duration) time.Duration {
	const quarters, hours, sixths = 2 * time.Hour, 16 * time.Hour, 6 * time.Hour
	switch {
	case age < quarters:
		return 15 * time.Minute
	case age >= hours:
		return sixths
	}
	began, gap := quarters, time.Hour
	for began+gap <= age {
		began += gap
		gap = (gap * 3 / 2).Truncate(time.Second)
	}
	return gap
}
