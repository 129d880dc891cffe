package kernel

// erfSmall is the minimax polynomial of erf(√t)/√t − 1 on t ≤ 1, highest power
// first; relative error of erf 2⁻²⁹.
var erfSmall = [...]float32{0x1.4771fcp-14, -0x1.a3515ep-11, 0x1.53f224p-8, -0x1.b7f71ap-6, 0x1.ce2ce6p-4, -0x1.81273ep-2, 0x1.06eba8p-3}

// erfLarge is the minimax polynomial of ln(erfc(x)) on 1 ≤ x ≤ 4, highest power
// first; absolute error of erfc 2⁻²⁹.
var erfLarge = [...]float32{0x1.852fdep-13, -0x1.814e1ap-9, 0x1.654292p-6, -0x1.a60aa6p-4, -0x1.46c582p-1, -0x1.2085b2p+0, -0x1.72e9dcp-12}

// Erf32 returns the error function of x.
func Erf32(x float32) float32 {
	a := abs32(x)
	t := float32(a * a)
	q := erfSmall[0]
	q = float32(q*t) + erfSmall[1]
	q = float32(q*t) + erfSmall[2]
	q = float32(q*t) + erfSmall[3]
	q = float32(q*t) + erfSmall[4]
	q = float32(q*t) + erfSmall[5]
	q = float32(q*t) + erfSmall[6]
	small := a + float32(a*q)
	c := clamp(a, 0, 4) // erf(4) rounds to 1
	l := erfLarge[0]
	l = float32(l*c) + erfLarge[1]
	l = float32(l*c) + erfLarge[2]
	l = float32(l*c) + erfLarge[3]
	l = float32(l*c) + erfLarge[4]
	l = float32(l*c) + erfLarge[5]
	l = float32(l*c) + erfLarge[6]
	p, n := expParts(clamp(l, expMin, expMax))
	large := 1 - scale2(1+p, n)
	if a < 1 {
		large = small
	}
	return withSign(large, x)
}
