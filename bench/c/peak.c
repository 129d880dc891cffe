// peak measures how many float32 operations a second the fused multiply-adds
// of this machine's cores allow: what every product is held against.
//
//	cc -O2 -pthread -o peak peak.c && ./peak [threads]
//
// Each thread keeps more independent sums in registers than two multipliers
// of four cycles' latency need. It prints the median of five runs.
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 5, STEPS = 5000000 };

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

__attribute__((target("avx512f"))) static void *fma512(void *out) {
	__m512 s[24], x = _mm512_set1_ps(.999f), y = _mm512_set1_ps(.001f);
	for (int i = 0; i < 24; i++)
		s[i] = _mm512_set1_ps(i);
	for (long k = 0; k < STEPS; k++) {
#pragma GCC unroll 24
		for (int i = 0; i < 24; i++)
			s[i] = _mm512_fmadd_ps(s[i], x, y);
		__asm__ volatile("");
	}
	for (int i = 1; i < 24; i++)
		s[0] = _mm512_add_ps(s[0], s[i]);
	*(volatile float *)out = _mm512_reduce_add_ps(s[0]);
	return 0;
}

__attribute__((target("avx2,fma"))) static void *fma256(void *out) {
	__m256 s[12], x = _mm256_set1_ps(.999f), y = _mm256_set1_ps(.001f);
	for (int i = 0; i < 12; i++)
		s[i] = _mm256_set1_ps(i);
	for (long k = 0; k < STEPS; k++) {
#pragma GCC unroll 12
		for (int i = 0; i < 12; i++)
			s[i] = _mm256_fmadd_ps(s[i], x, y);
		__asm__ volatile("");
	}
	for (int i = 1; i < 12; i++)
		s[0] = _mm256_add_ps(s[0], s[i]);
	*(volatile float *)out = s[0][0];
	return 0;
}

static int ascending(const void *a, const void *b) {
	return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b);
}

static void measure(const char *name, void *(*f)(void *), double flops, int threads) {
	double rate[RUNS];
	float out[64];
	pthread_t t[64];
	f(out); // warm up
	for (int r = 0; r < RUNS; r++) {
		double begin = now();
		for (int i = 0; i < threads; i++)
			pthread_create(&t[i], 0, f, &out[i]);
		for (int i = 0; i < threads; i++)
			pthread_join(t[i], 0);
		rate[r] = threads * flops * STEPS / (now() - begin) * 1e-9;
	}
	qsort(rate, RUNS, sizeof *rate, ascending);
	printf("%s, %d threads: %.1f GFLOP/s\n", name, threads, rate[RUNS / 2]);
}

int main(int argc, char **argv) {
	int threads = argc > 1 ? atoi(argv[1]) : 1;
	if (threads < 1 || threads > 64)
		threads = 1;
	if (__builtin_cpu_supports("avx512f"))
		measure("AVX-512", fma512, 24 * 32., threads);
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		measure("AVX2", fma256, 12 * 16., threads);
	return 0;
}
