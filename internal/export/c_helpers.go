package export

import "fmt"

// cPrelude is what the expressions call: single operations that C has in libm alone.
var cPrelude = []struct{ word, text string }{
	{"abs32(", "static float abs32(float x) { return x < 0.0f ? -x : x == 0.0f ? 0.0f : x; }\n"},
	{"abs64(", "static double abs64(double x) { return x < 0.0 ? -x : x == 0.0 ? 0.0 : x; }\n"},
	{"cut(", "static int32_t cut(double x) { return x > -2147483648.0 && x < 2147483647.0 ? (int32_t)x : 0; }\n"},
	{"scaled(", "static double power2(int32_t n) { uint64_t u = (uint64_t)(n + 1023) << 52; double x; memcpy(&x, &u, 8); return x; }\n" +
		"static double scaled(double x, int32_t n) { int32_t h = n / 2; return x * power2(h) * power2(n - h); }\n"},
	{"exponent(", "static int32_t exponent(double x) { uint64_t u; memcpy(&u, &x, 8); return (int32_t)(u >> 52 & 2047) - 1022; }\n"},
	{"mantissa(", "static double mantissa(double x) { uint64_t u; memcpy(&u, &x, 8); u = (u & 0xfffffffffffff) | (uint64_t)1022 << 52; memcpy(&x, &u, 8); return x; }\n"},
	{"signed32(", "static float signed32(float x, float s) { uint32_t u, v; memcpy(&u, &x, 4); memcpy(&v, &s, 4); u = (u & 0x7fffffff) | (v & 0x80000000); memcpy(&x, &u, 4); return x; }\n"},
	{"root(", cRoot},
}

// cRoot is the square root of a normal number, digit by digit, rounded to nearest.
const cRoot = `static double root(double x) {
  uint64_t u, left, digit = (uint64_t)1 << 53, sum = 0;
  int32_t e;
  if (!(x > 0.0) || x > 1.7976931348623157e308) return x < 0.0 ? NAN : x;
  memcpy(&u, &x, 8);
  e = (int32_t)(u >> 52) - 1023;
  left = (u & 0xfffffffffffff) | (uint64_t)1 << 52;
  if (e & 1) { left <<= 1; e--; }
  left <<= 1;
  for (; digit; digit >>= 1) {
    if (left >= sum + digit) { left -= sum + digit; sum += digit << 1; }
    left <<= 1;
  }
  sum >>= 1;
  sum += sum & 1;
  u = (sum >> 1) + ((uint64_t)(e / 2 + 1022) << 52);
  memcpy(&x, &u, 8);
  return x;
}
`

func cHelpers() map[string]string {
	all := map[string]string{
		"times": `static void times(float *to, const float *x, int at, int in, const float *w, int out) {
  for (int j = 0; j < out; j++) {
    float sum = 0.0f;
    for (int k = 0; k < in; k++) sum = fma32(x[at + k], w[k * out + j], sum);
    to[j] = sum;
  }
}
`,
		"match": `static void match(int32_t *to, const char *text, const struct word *words, int n, int32_t other) {
  to[0] = other;
  for (int i = 0; i < n; i++) if (!strcmp(text ? text : "", words[i].text)) { to[0] = words[i].code; return; }
}
`,
	}
	for suffix, t := range map[string]string{"32": "float", "64": "double", "_code": "int32_t"} {
		all["copy"+suffix] = fmt.Sprintf("static void copy%s(%s *to, const %s *from, int at, int n) { for (int i = 0; i < n; i++) to[i] = from[at + i]; }\n", suffix, t, t)
		all["pick"+suffix] = fmt.Sprintf("static void pick%s(%s *to, const %s *from, const int32_t *places, int n) { for (int i = 0; i < n; i++) to[i] = from[places[i]]; }\n", suffix, t, t)
		all["take"+suffix] = fmt.Sprintf("static void take%s(%s *to, const %s *table, int32_t code, int n) { for (int i = 0; i < n; i++) to[i] = table[code * n + i]; }\n", suffix, t, t)
		all["total"+suffix] = fmt.Sprintf("static void total%s(%s *to, const %s *x, int size, int n) {\n  for (int g = 0; g < n; g++) { to[g] = 0; for (int i = 0; i < size; i++) to[g] += x[g * size + i]; }\n}\n", suffix, t, t)
		all["max"+suffix] = fmt.Sprintf("static void max%s(%s *to, const %s *x, int size, int n) {\n  for (int g = 0; g < n; g++) { to[g] = -INFINITY; for (int i = 0; i < size; i++) if (x[g * size + i] > to[g]) to[g] = x[g * size + i]; }\n}\n", suffix, t, t)
		all["sum"+suffix] = fmt.Sprintf(`static void sum%s(%s *to, const %s *x, int size, int n) {
  for (int g = 0; g < n; g++) {
    %s s[16] = {0};
    for (int i = 0; i < size; i++) s[i %% 16] += x[g * size + i];
    for (int half = 8; half; half /= 2) for (int i = 0; i < half; i++) s[i] += s[i + half];
    to[g] = s[0];
  }
}
`, suffix, t, t, t)
	}
	return all
}

// cFMA rounds a·b + c once where the machine has no instruction for it. The product is
// exact in double; the sum is rounded twice, which is wrong only where the first rounding
// ends between two floats.
const cFMA = `#ifdef __FP_FAST_FMAF
static float fma32(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#else
static float fma32(float a, float b, float c) {
  double p = (double)a * b, s = p + c, low, rest, other, back;
  float near = (float)s;
  low = s - near;
  if (low == 0.0) return near;
  other = near + 2.0 * low;
  if ((double)(float)other != other) return near;
  back = s - p;
  rest = (p - (s - back)) + (c - back);
  return (rest > 0.0 && low > 0.0) || (rest < 0.0 && low < 0.0) ? (float)other : near;
}
#endif
`

// cGuard keeps compilers from making one operation of two.
const cGuard = `#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__) && !defined(__STRICT_ANSI__) && defined(__FP_FAST_FMA)
#pragma GCC optimize("fp-contract=off")
#endif

`
