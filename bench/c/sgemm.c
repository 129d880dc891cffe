// sgemm times OpenBLAS on the products that BenchmarkGemm of internal/kernel
// times, for comparison.
//
//	cc -O2 -o sgemm sgemm.c -lopenblas && ./sgemm [threads]
//
// OPENBLAS_CORETYPE=Haswell, =SkylakeX, … chooses its kernels. Each figure is
// the median of five runs.
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void openblas_set_num_threads(int);
char *openblas_get_corename(void);

enum { RUNS = 5 };

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
	return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b);
}

static float *randoms(long n) {
	float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
	for (long i = 0; i < n; i++)
		x[i] = rand() / (float)RAND_MAX - .5f;
	return x;
}

// product times C = A·B (form 0), Aᵀ·B (1) or A·Bᵀ (2), C m×n, sums of k terms.
static void product(int form, int m, int n, int k) {
	float *a = randoms((long)m * k), *b = randoms((long)k * n), *c = randoms((long)m * n);
	double rate[RUNS], flops = 2. * m * n * k;
	long times = 3e9 / flops + 1;
	for (int r = -1; r < RUNS; r++) { // the first warms up
		double begin = now();
		for (long i = 0; i < times; i++)
			cblas_sgemm(CblasRowMajor, form == 1 ? CblasTrans : CblasNoTrans, form == 2 ? CblasTrans : CblasNoTrans,
				m, n, k, 1, a, form == 1 ? m : k, b, form == 2 ? k : n, 0, c, n);
		if (r >= 0)
			rate[r] = times * flops / (now() - begin) * 1e-9;
	}
	qsort(rate, RUNS, sizeof *rate, ascending);
	printf("%s %dx%dx%d: %.1f GFLOP/s\n", (char *[]){"NN", "TN", "NT"}[form], m, n, k, rate[RUNS / 2]);
	free(a), free(b), free(c);
}

int main(int argc, char **argv) {
	int threads = argc > 1 ? atoi(argv[1]) : 1;
	openblas_set_num_threads(threads);
	printf("OpenBLAS %s, %d threads\n", openblas_get_corename(), threads);
	int size[][3] = {{10, 12, 8}, {128, 512, 784}, {1024, 1024, 1024}};
	for (int i = 0; i < 3; i++) {
		int *s = size[i];
		product(0, s[0], s[1], s[2]);
		product(1, s[2], s[1], s[0]);
		product(2, s[0], s[2], s[1]);
	}
	return 0;
}
