package deliver

// What the tactics of products call, for tests.
var (
	Completed  = (*Sender).completed
	Revocation = (*Sender).revocation
)

// Equipped gives the sender as it is in one call of Deliver or Queue.
var Equipped = (*Sender).equipped

// What a Web keeps, and how much of it.
var (
	Keep = (*Web).keep
	Kept = (*Web).get
)

const MaxKept = maxKept
