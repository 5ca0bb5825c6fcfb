//go:build race

package discord

// racing: the race detector makes everything slower several times over.
const racing = true
