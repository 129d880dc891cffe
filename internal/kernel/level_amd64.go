//go:build !purego

package kernel

import (
	"golang.org/x/sys/cpu"

	"mlp/internal/rng"
)

// assembly lists the levels written in assembly that this CPU and its
// operating system support, the slowest first.
func assembly() []*level {
	var l []*level
	x := &cpu.X86
	if x.HasAVX2 && x.HasFMA && x.HasBMI2 {
		l = append(l, &avx2)
		if x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL {
			l = append(l, &avx512)
		}
	}
	return l
}

var avx2 = level{
	name: "avx2",
	tile: &tiles{
		width: 8, rows: 6, vecs: 2, maxK: 320,
		transposes: [...]transposeFunc{transpose4, transpose8, nil},
		copyRows:   [2]copyFunc{copyRows1, copyRows8},
		full: [maxRows][maxVecs]tileFunc{
			{tile256r1v1, tile256r1v2},
			{tile256r2v1, tile256r2v2},
			{tile256r3v1, tile256r3v2},
			{tile256r4v1, tile256r4v2},
			{tile256r5v1, tile256r5v2},
			{tile256r6v1, tile256r6v2},
		},
		pack: [maxVecs]packFunc{tile256r6v1pack, tile256r6v2pack},
	},
	loops: loops{
		exp:         exp256,
		expm1:       expm1256,
		log:         log256,
		tanh:        tanh256,
		sigmoid:     sigmoid256,
		softplus:    softplus256,
		erf:         erf256,
		relu:        relu256,
		mish:        mish256,
		reluGrad:    reluGrad256,
		tanhGrad:    tanhGrad256,
		sigmoidGrad: sigmoidGrad256,
		mishSlope:   mishSlope256,
		mishGrad:    mishGrad256,
		siluGrad:    siluGrad256,
		sinCosTurns: sinCosTurns256,
		mul:         mul256,
		affine:      affine256,
		blend:       blend256,
		addProducts: addProducts256,
		addSlopes:   addSlopes256,
		decay:       decay256,
		dropMask:    dropMaskWide,
		axpy:        axpy256,
		adam:        adam256,
		momentum:    momentum256,
		nesterov:    nesterov256,
		addRow:      addRow256,
		sumRows:     sumRows256,
	},
}

var avx512 = level{
	name: "avx512",
	tile: &tiles{
		width: 16, rows: 8, vecs: 3, maxK: 512,
		transposes: [...]transposeFunc{transpose4, transpose8, transpose16},
		copyRows:   [2]copyFunc{copyRows1, copyRows8},
		full: [maxRows][maxVecs]tileFunc{
			{tile512r1v1, tile512r1v2, tile512r1v3},
			{tile512r2v1, tile512r2v2, tile512r2v3},
			{tile512r3v1, tile512r3v2, tile512r3v3},
			{tile512r4v1, tile512r4v2, tile512r4v3},
			{tile512r5v1, tile512r5v2, tile512r5v3},
			{tile512r6v1, tile512r6v2, tile512r6v3},
			{tile512r7v1, tile512r7v2, tile512r7v3},
			{tile512r8v1, tile512r8v2, tile512r8v3},
		},
		pack: [maxVecs]packFunc{tile512r8v1pack, tile512r8v2pack, tile512r8v3pack},
	},
	loops: loops{
		exp:         exp512,
		expm1:       expm1512,
		log:         log512,
		tanh:        tanh512,
		sigmoid:     sigmoid512,
		softplus:    softplus512,
		erf:         erf512,
		relu:        relu512,
		mish:        mish512,
		reluGrad:    reluGrad512,
		tanhGrad:    tanhGrad512,
		sigmoidGrad: sigmoidGrad512,
		mishSlope:   mishSlope512,
		mishGrad:    mishGrad512,
		siluGrad:    siluGrad512,
		sinCosTurns: sinCosTurns512,
		mul:         mul512,
		affine:      affine512,
		blend:       blend512,
		addProducts: addProducts512,
		addSlopes:   addSlopes512,
		decay:       decay512,
		dropMask:    dropMaskWide,
		axpy:        axpy512,
		adam:        adam512,
		momentum:    momentum512,
		nesterov:    nesterov512,
		addRow:      addRow512,
		sumRows:     sumRows512,
	},
}

// dropMaskWide makes 32 numbers at a time, and the rest one by one. It is of no use to
// AVX-512 to do twice as many: the multiplications are what takes the time.
func dropMaskWide(mask []float32, s rng.Stream, last uint32, keep float32) {
	whole := len(mask) &^ 31
	key, place := s.Philox()
	dropMask256(mask[:whole], key, place, last, keep)
	dropMask(mask[whole:], s, uint64(whole/4), last, keep)
}

// addLanes64 is sum at a level, for whole multiples of the lanes. A call by
// name, not through the table, keeps the lanes of its caller off the heap.
func (l *level) addLanes64(s *[lanes]float64, x []float32) {
	switch l {
	case &avx512:
		sum512(s, x)
	case &avx2:
		sum256(s, x)
	default:
		sum(s, x)
	}
}

// addProducts64 is dot at a level, for whole multiples of the lanes.
func (l *level) addProducts64(s *[lanes]float64, x, y []float32) {
	switch l {
	case &avx512:
		dot512(s, x, y)
	case &avx2:
		dot256(s, x, y)
	default:
		dot(s, x, y)
	}
}
