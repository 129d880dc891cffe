// tutorial trains the network of configs/pima.yaml as one would write it by
// hand in C with every size fixed: the limit for the small end.
//
//	cc -O3 -march=native -ffast-math -o tutorial tutorial.c -lm && ./tutorial data/pima.csv
//
// It reads the table, trains 8-12-8-1 with Adam for 150 epochs of batches of 10
// in a new order each, and prints the accuracy on the training rows, as
// `mlp fit` does; nothing is written.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN = 8, H1 = 12, H2 = 8, BATCH = 10, EPOCHS = 150, MAXROWS = 1000 };

static float x[MAXROWS][IN], t[MAXROWS];
static int rows;

// All parameters in one vector, so that Adam is one loop.
enum { W1 = 0, B1 = W1 + IN * H1, W2 = B1 + H1, B2 = W2 + H1 * H2, W3 = B2 + H2, B3 = W3 + H2, SIZE = B3 + 1 };
static float w[SIZE], g[SIZE], m[SIZE], v[SIZE];

static unsigned long long state = 7;
static unsigned next(void) {
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return state >> 33;
}

static void load(const char *path) {
	FILE *f = fopen(path, "r");
	char line[256];
	if (!f || !fgets(line, sizeof line, f)) // the header
		exit(1);
	while (rows < MAXROWS && fgets(line, sizeof line, f)) {
		char *p = line;
		for (int j = 0; j < IN; j++, p++)
			x[rows][j] = strtof(p, &p);
		t[rows++] = strncmp(p, "pos", 3) == 0;
	}
	fclose(f);
}

static float a1[BATCH][H1], a2[BATCH][H2], d1[BATCH][H1], d2[BATCH][H2], d3[BATCH];

// forward computes the logits of n rows, gathered by index.
static void forward(const int *index, int n, float *z) {
	for (int i = 0; i < n; i++) {
		const float *xi = x[index[i]];
		for (int j = 0; j < H1; j++)
			a1[i][j] = w[B1 + j];
		for (int k = 0; k < IN; k++)
			for (int j = 0; j < H1; j++)
				a1[i][j] += xi[k] * w[W1 + k * H1 + j];
		for (int j = 0; j < H1; j++)
			a1[i][j] = a1[i][j] > 0 ? a1[i][j] : 0;
		for (int j = 0; j < H2; j++)
			a2[i][j] = w[B2 + j];
		for (int k = 0; k < H1; k++)
			for (int j = 0; j < H2; j++)
				a2[i][j] += a1[i][k] * w[W2 + k * H2 + j];
		z[i] = w[B3];
		for (int j = 0; j < H2; j++) {
			a2[i][j] = a2[i][j] > 0 ? a2[i][j] : 0;
			z[i] += a2[i][j] * w[W3 + j];
		}
	}
}

static void backward(const int *index, int n) {
	memset(g, 0, sizeof g);
	for (int i = 0; i < n; i++) {
		g[B3] += d3[i];
		for (int j = 0; j < H2; j++) {
			g[W3 + j] += a2[i][j] * d3[i];
			d2[i][j] = a2[i][j] > 0 ? w[W3 + j] * d3[i] : 0;
			g[B2 + j] += d2[i][j];
		}
		for (int k = 0; k < H1; k++) {
			float s = 0;
			for (int j = 0; j < H2; j++) {
				g[W2 + k * H2 + j] += a1[i][k] * d2[i][j];
				s += w[W2 + k * H2 + j] * d2[i][j];
			}
			d1[i][k] = a1[i][k] > 0 ? s : 0;
			g[B1 + k] += d1[i][k];
		}
		const float *xi = x[index[i]];
		for (int k = 0; k < IN; k++)
			for (int j = 0; j < H1; j++)
				g[W1 + k * H1 + j] += xi[k] * d1[i][j];
	}
}

static void adam(int step) {
	float alpha = .001f * sqrtf(1 - powf(.999f, step)) / (1 - powf(.9f, step));
	for (int i = 0; i < SIZE; i++) {
		m[i] += (g[i] - m[i]) * .1f;
		v[i] += (g[i] * g[i] - v[i]) * .001f;
		w[i] -= alpha * m[i] / (sqrtf(v[i]) + 1e-7f);
	}
}

int main(int argc, char **argv) {
	static int order[MAXROWS];
	load(argc > 1 ? argv[1] : "data/pima.csv");
	for (int i = 0; i < SIZE; i++)
		w[i] = (next() / 1073741824.f - 1) * .05f;
	memset(w + B1, 0, H1 * sizeof *w), memset(w + B2, 0, H2 * sizeof *w), w[B3] = 0;
	for (int i = 0; i < rows; i++)
		order[i] = i;
	int step = 0;
	double loss = 0;
	for (int epoch = 0; epoch < EPOCHS; epoch++) {
		for (int i = rows - 1; i > 0; i--) {
			int j = next() % (i + 1), o = order[i];
			order[i] = order[j], order[j] = o;
		}
		loss = 0;
		for (int lo = 0; lo < rows; lo += BATCH) {
			int n = rows - lo < BATCH ? rows - lo : BATCH;
			float z[BATCH];
			forward(order + lo, n, z);
			for (int i = 0; i < n; i++) {
				float e = expf(-fabsf(z[i])), p = z[i] >= 0 ? 1 / (1 + e) : e / (1 + e), y = t[order[lo + i]];
				loss += fmaxf(z[i], 0) - z[i] * y + log1pf(e);
				d3[i] = (p - y) / n;
			}
			backward(order + lo, n);
			adam(++step);
		}
	}
	int right = 0;
	for (int i = 0; i < rows; i++) {
		float z;
		forward(&i, 1, &z);
		right += (z > 0) == t[i];
	}
	printf("loss %.4f accuracy %.4f\n", loss / rows, (double)right / rows);
	return 0;
}
