// predict computes the outputs of the tutorial's network, 8-12-8-1, for a million
// rows in memory, as plain C with fixed sizes on one core.
//
//	cc -O3 -march=native -ffast-math -o predict predict.c -lm && ./predict
//
// It prints the seconds of each of five runs.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// ROWS is a multiple of BLOCK.
enum { ROWS = 1000000, IN = 8, H1 = 12, H2 = 8, BLOCK = 64 };

static float w1[IN][H1], b1[H1], w2[H1][H2], b2[H2], w3[H2], b3;

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void draw(float *x, long n) {
	for (long i = 0; i < n; i++)
		x[i] = rand() / (float)RAND_MAX - .5f;
}

// Rows come in blocks that stay in the first-level cache, turned so that the
// compiler makes vectors of rows; every inner loop is a dot product it unrolls.
static void predict(const float *restrict x, float *restrict y) {
	for (long lo = 0; lo < ROWS; lo += BLOCK) {
		float xt[IN][BLOCK], a1[H1][BLOCK], a2[H2][BLOCK];
		for (int i = 0; i < BLOCK; i++)
			for (int k = 0; k < IN; k++)
				xt[k][i] = x[(lo + i) * IN + k];
		for (int j = 0; j < H1; j++)
			for (int i = 0; i < BLOCK; i++) {
				float s = b1[j];
				for (int k = 0; k < IN; k++)
					s += xt[k][i] * w1[k][j];
				a1[j][i] = s > 0 ? s : 0;
			}
		for (int j = 0; j < H2; j++)
			for (int i = 0; i < BLOCK; i++) {
				float s = b2[j];
				for (int k = 0; k < H1; k++)
					s += a1[k][i] * w2[k][j];
				a2[j][i] = s > 0 ? s : 0;
			}
		for (int i = 0; i < BLOCK; i++) {
			float z = b3;
			for (int j = 0; j < H2; j++)
				z += a2[j][i] * w3[j];
			y[lo + i] = 1 / (1 + expf(-z));
		}
	}
}

int main(void) {
	float *x = aligned_alloc(64, sizeof *x * ROWS * IN), *y = aligned_alloc(64, sizeof *y * ROWS);
	draw(x, (long)ROWS * IN), draw(*w1, IN * H1), draw(b1, H1), draw(*w2, H1 * H2), draw(b2, H2), draw(w3, H2), draw(&b3, 1);
	predict(x, y);
	for (int r = 0; r < 5; r++) {
		double begin = now();
		predict(x, y);
		printf("run %.6f\n", now() - begin);
	}
	fprintf(stderr, "%g\n", y[ROWS / 2]); // so that the work is wanted
	return 0;
}
