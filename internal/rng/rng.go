// Package rng draws random numbers that are pure functions of where they are
// used. A stream is named; its numbers depend on the seed, the name, the place
// (epoch, step, …) and the index, and on nothing else. So there is no generator
// state to save, a new stream shifts no other, and the order or the number of
// threads in which numbers are drawn cannot change them.
//
// The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011).
package rng

import "math/bits"

// A Stream is a sequence of numbers indexed from 0. It is a value: copying it
// copies nothing but its name.
type Stream struct {
	key   uint64 // seed and name
	place uint64 // the upper half of Philox's counter
}

// New returns the stream of that name under the seed.
func New(seed uint64, name string) Stream {
	h := uint64(14695981039346656037) // FNV-1a, 64 bit
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return Stream{key: mix(seed ^ mix(h))}
}

// At returns the stream for one place within s, for example one epoch or one
// step. Distinct places give unrelated numbers.
func (s Stream) At(place uint64) Stream {
	s.place = mix(s.place + 0x9e3779b97f4a7c15 + place)
	return s
}

// mix is the finalizer of SplitMix64: a bijection that spreads every bit.
func mix(x uint64) uint64 {
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// Philox returns the key and the upper half of the counter that the blocks are made
// with, for a vector loop that makes many of them.
func (s Stream) Philox() (key, place uint64) { return s.key, s.place }

// Block returns the four words of block i.
func (s Stream) Block(i uint64) [4]uint32 {
	const m0, m1 = 0xD2511F53, 0xCD9E8D57
	c0, c1, c2, c3 := uint32(i), uint32(i>>32), uint32(s.place), uint32(s.place>>32)
	k0, k1 := uint32(s.key), uint32(s.key>>32)
	for range 10 {
		hi0, lo0 := bits.Mul32(m0, c0)
		hi1, lo1 := bits.Mul32(m1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		k0 += 0x9E3779B9
		k1 += 0xBB67AE85
	}
	return [4]uint32{c0, c1, c2, c3}
}

// Uint32 returns number i of the stream.
func (s Stream) Uint32(i uint64) uint32 { return s.Block(i / 4)[i%4] }

// Uint64 returns the 64 bits at index i; indices of Uint64 and Uint32 name
// different cuts of the same blocks, so a stream is read through one of them.
func (s Stream) Uint64(i uint64) uint64 {
	b := s.Block(i / 2)
	j := 2 * (i % 2)
	return uint64(b[j])<<32 | uint64(b[j+1])
}

// Float32 returns number i as a multiple of 2⁻²⁴ in [0, 1).
func (s Stream) Float32(i uint64) float32 { return float32(s.Uint32(i)>>8) * 0x1p-24 }

// Float64 returns number i as a multiple of 2⁻⁵³ in [0, 1).
func (s Stream) Float64(i uint64) float64 { return float64(s.Uint64(i)>>11) * 0x1p-53 }

// Perm fills p with a permutation of 0 … len(p)-1 (Fisher & Yates, from the
// end). Each index is drawn by Lemire's multiply-and-reject, so that every
// permutation is equally likely.
func (s Stream) Perm(p []int) {
	for i := range p {
		p[i] = i
	}
	var block [4]uint32 // holds the numbers next and next ^ 1
	for next, i := uint64(0), len(p)-1; i > 0; next++ {
		if next%2 == 0 {
			block = s.Block(next / 2)
		}
		n, at := uint64(i)+1, 2*(next%2)
		hi, lo := bits.Mul64(uint64(block[at])<<32|uint64(block[at+1]), n)
		if lo < n && lo < -n%n { // -n%n is 2⁶⁴ mod n
			continue
		}
		p[i], p[hi] = p[hi], p[i]
		i--
	}
}
