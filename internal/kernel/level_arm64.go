//go:build !purego

package kernel

// assembly lists the levels written in assembly: NEON, which every arm64 has.
// Its vector loops are the portable ones.
func assembly() []*level { return []*level{&neon} }

var neon = level{
	name: "neon",
	tile: &tiles{
		width: 4, rows: 8, vecs: 3, maxK: 320, whole: true,
		full: [maxRows][maxVecs]tileFunc{
			{tileNEONr1v1, tileNEONr1v2, tileNEONr1v3},
			{tileNEONr2v1, tileNEONr2v2, tileNEONr2v3},
			{tileNEONr3v1, tileNEONr3v2, tileNEONr3v3},
			{tileNEONr4v1, tileNEONr4v2, tileNEONr4v3},
			{tileNEONr5v1, tileNEONr5v2, tileNEONr5v3},
			{tileNEONr6v1, tileNEONr6v2, tileNEONr6v3},
			{tileNEONr7v1, tileNEONr7v2, tileNEONr7v3},
			{tileNEONr8v1, tileNEONr8v2, tileNEONr8v3},
		},
	},
	loops: portableLoops,
}
