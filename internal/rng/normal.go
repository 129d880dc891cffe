package rng

import "math"

// Normal returns number i of the standard normal distribution.
func (s Stream) Normal(i uint64) float64 {
	return Quantile((float64(s.Uint64(i)>>12) + 0.5) * 0x1p-52)
}

// TruncatedNormal returns number i of the standard normal distribution cut at
// -2 and +2, by the inverse of its distribution function: one draw a number,
// where redrawing would make the index depend on the values.
func (s Stream) TruncatedNormal(i uint64) float64 {
	const lo = 0.022750131948179195 // Φ(-2)
	u := (float64(s.Uint64(i)>>12) + 0.5) * 0x1p-52
	return Quantile(lo + float64((1-2*lo)*u))
}

// Quantile is the inverse of the normal distribution function for p in (0, 1):
// Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988), relative
// error about 1e-16. Every product is rounded on its own, so that compilers
// that fuse a product with a sum give the same bits as those that do not.
func Quantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return float64(q * poly(&centralNum, r) / poly(&centralDen, r))
	}
	r := p
	if q > 0 {
		r = 1 - p
	}
	r = math.Sqrt(-ln(r))
	var x float64
	if r <= 5 {
		x = poly(&middleNum, r-1.6) / poly(&middleDen, r-1.6)
	} else {
		x = poly(&tailNum, r-5) / poly(&tailDen, r-5)
	}
	if q < 0 {
		return -x
	}
	return x
}

// poly evaluates c[0] + c[1]·x + … + c[7]·x⁷ by Horner's rule.
func poly(c *[8]float64, x float64) float64 {
	v := c[7]
	for i := 6; i >= 0; i-- {
		v = float64(v*x) + c[i]
	}
	return v
}

var (
	centralNum = [8]float64{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
		4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3}
	centralDen = [8]float64{1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}
	middleNum = [8]float64{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4}
	middleDen = [8]float64{1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}
	tailNum = [8]float64{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7}
	tailDen = [8]float64{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}
)

// ln is the natural logarithm for 0 < x < 1, from ln m = 2·artanh((m-1)/(m+1))
// with m in [√½, √2): the series to the 23rd power leaves less than 1e-17.
// math.Log is not used because its bits differ between machines.
func ln(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	z := (m - 1) / (m + 1)
	zz := float64(z * z)
	sum := 0.0
	for k := 23; k >= 1; k -= 2 {
		sum = float64(sum*zz) + 1/float64(k)
	}
	return float64(2*float64(z*sum)) + float64(float64(e)*math.Ln2)
}
