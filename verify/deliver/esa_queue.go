package deliver

import (
	"time"

	"mxlab/verify"
)

// again is the default bounce profile of AsyncOS: 100 retries within three
// days, the first after a minute, then at intervals that grow to an hour. That
// they double is deduced. A message that would be too old for its next try is
// bounced without it.
func (t esaTactics) again(failed int, age time.Duration, _ verify.Reason) (wait time.Duration, again bool) {
	wait = time.Hour
	if doubled := failed - 1; doubled < 6 { // 2^6 minutes are more than an hour
		wait = time.Minute << doubled
	}
	const threeDays = 3 * 24 * time.Hour
	return wait, failed <= 100 && age <= threeDays-wait
}
