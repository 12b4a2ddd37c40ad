//go:build race

package world_test

const raced = true // the race detector is on
