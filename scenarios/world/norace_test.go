//go:build !race

package world_test

const raced = false // the race detector is off
