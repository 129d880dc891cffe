// fashion trains 784-512-512-10 on Fashion-MNIST over OpenBLAS: what a careful C
// program without a framework reaches.
//
//	cc -O3 -march=native -ffast-math -fopenmp -o fashion fashion.c -lopenblas -lm
//	OMP_WAIT_POLICY=passive ./fashion DIRECTORY threads epochs
//
// DIRECTORY holds the four files of the data set, unpacked. It prints the
// seconds of each epoch, then the accuracy on the test rows. Batches of 128 in a
// new order each epoch, inputs divided by 255, Glorot's uniform start, Adam.
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void openblas_set_num_threads(int);

enum { IN = 784, HID = 512, OUT = 10, BATCH = 128, LAYERS = 3 };
static const int width[LAYERS + 1] = {IN, HID, HID, OUT};

static float *w[LAYERS], *b[LAYERS], *gw[LAYERS], *gb[LAYERS]; // into the vectors below
static float *params, *grads, *m, *v;
static long size;
static float *act[LAYERS + 1], *delta[LAYERS + 1];

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

static float *numbers(long n) {
	float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
	memset(x, 0, n * sizeof *x);
	return x;
}

static unsigned long long state = 7;
static unsigned next(void) {
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return state >> 33;
}

// bytes reads an IDX file whose header is skip bytes long.
static unsigned char *bytes(const char *dir, const char *name, int skip, long n) {
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "rb");
	unsigned char *x = malloc(n);
	if (!f || fseek(f, skip, SEEK_SET) || fread(x, 1, n, f) != (size_t)n) {
		fprintf(stderr, "%s cannot be read\n", path);
		exit(1);
	}
	fclose(f);
	return x;
}

// forward leaves the probabilities of n rows in act[LAYERS].
static void forward(int n) {
	for (int l = 0; l < LAYERS; l++) {
		int in = width[l], out = width[l + 1];
		float *y = act[l + 1];
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, out, in, 1, act[l], in, w[l], out, 0, y, out);
		for (int i = 0; i < n; i++)
			for (int j = 0; j < out; j++) {
				float s = y[i * out + j] + b[l][j];
				y[i * out + j] = l == LAYERS - 1 || s > 0 ? s : 0;
			}
	}
	for (int i = 0; i < n; i++) {
		float *y = act[LAYERS] + i * OUT, top = y[0], sum = 0;
		for (int j = 1; j < OUT; j++)
			top = fmaxf(top, y[j]);
		for (int j = 0; j < OUT; j++)
			sum += y[j] = expf(y[j] - top);
		for (int j = 0; j < OUT; j++)
			y[j] /= sum;
	}
}

// backward takes ∂loss/∂logits from delta[LAYERS].
static void backward(int n) {
	for (int l = LAYERS - 1; l >= 0; l--) {
		int in = width[l], out = width[l + 1];
		float *d = delta[l + 1];
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, in, out, n, 1, act[l], in, d, out, 0, gw[l], out);
		memset(gb[l], 0, out * sizeof(float));
		for (int i = 0; i < n; i++)
			for (int j = 0; j < out; j++)
				gb[l][j] += d[i * out + j];
		if (l == 0)
			break;
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, in, out, 1, d, out, w[l], out, 0, delta[l], in);
		for (long i = 0; i < (long)n * in; i++)
			delta[l][i] = act[l][i] > 0 ? delta[l][i] : 0;
	}
}

static void adam(long step) {
	float alpha = .001f * sqrt(1 - pow(.999, step)) / (1 - pow(.9, step));
#pragma omp parallel for simd schedule(static)
	for (long i = 0; i < size; i++) {
		m[i] += (grads[i] - m[i]) * .1f;
		v[i] += (grads[i] * grads[i] - v[i]) * .001f;
		params[i] -= alpha * m[i] / (sqrtf(v[i]) + 1e-7f);
	}
}

static void fill(float *to, const unsigned char *from) {
	for (int j = 0; j < IN; j++)
		to[j] = from[j] * (1 / 255.f);
}

int main(int argc, char **argv) {
	if (argc < 4)
		return 2;
	const int rows = 60000, tests = 10000, epochs = atoi(argv[3]);
	openblas_set_num_threads(atoi(argv[2]));
	unsigned char *x = bytes(argv[1], "train-images-idx3-ubyte", 16, (long)rows * IN), *t = bytes(argv[1], "train-labels-idx1-ubyte", 8, rows);
	unsigned char *tx = bytes(argv[1], "t10k-images-idx3-ubyte", 16, (long)tests * IN), *tt = bytes(argv[1], "t10k-labels-idx1-ubyte", 8, tests);
	for (int l = 0; l < LAYERS; l++)
		size += (width[l] + 1) * width[l + 1];
	params = numbers(size), grads = numbers(size), m = numbers(size), v = numbers(size);
	long at = 0;
	for (int l = 0; l < LAYERS; l++) {
		int n = width[l] * width[l + 1];
		w[l] = params + at, gw[l] = grads + at, b[l] = params + at + n, gb[l] = grads + at + n;
		at += n + width[l + 1];
		float limit = sqrtf(6.f / (width[l] + width[l + 1]));
		for (int i = 0; i < n; i++)
			w[l][i] = (next() / 1073741824.f - 1) * limit;
		act[l + 1] = numbers((long)BATCH * width[l + 1]), delta[l + 1] = numbers((long)BATCH * width[l + 1]);
	}
	act[0] = numbers((long)BATCH * IN);
	float *all = numbers((long)rows * IN); // floats once, as the others hold them
	for (int i = 0; i < rows; i++)
		fill(all + (long)i * IN, x + (long)i * IN);
	int *order = malloc(rows * sizeof *order);
	for (int i = 0; i < rows; i++)
		order[i] = i;
	long step = 0;
	for (int e = 0; e < epochs; e++) {
		double begin = now();
		for (int i = rows - 1; i > 0; i--) {
			int j = next() % (i + 1), o = order[i];
			order[i] = order[j], order[j] = o;
		}
		for (int lo = 0; lo < rows; lo += BATCH) {
			int n = rows - lo < BATCH ? rows - lo : BATCH;
			for (int i = 0; i < n; i++)
				memcpy(act[0] + i * IN, all + (long)order[lo + i] * IN, IN * sizeof(float));
			forward(n);
			for (int i = 0; i < n * OUT; i++)
				delta[LAYERS][i] = (act[LAYERS][i] - (i % OUT == t[order[lo + i / OUT]])) / n;
			backward(n);
			adam(++step);
		}
		printf("epoch %.6f\n", now() - begin);
	}
	int right = 0;
	for (int lo = 0; lo < tests; lo += BATCH) {
		int n = tests - lo < BATCH ? tests - lo : BATCH;
		for (int i = 0; i < n; i++)
			fill(act[0] + i * IN, tx + (long)(lo + i) * IN);
		forward(n);
		for (int i = 0; i < n; i++) {
			int best = 0;
			for (int j = 1; j < OUT; j++)
				if (act[LAYERS][i * OUT + j] > act[LAYERS][i * OUT + best])
					best = j;
			right += best == tt[lo + i];
		}
	}
	printf("accuracy %.4f\n", (double)right / tests);
	return 0;
}
