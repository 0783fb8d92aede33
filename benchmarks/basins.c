/* Gradient descent on Himmelblau from every node of a grid, in C: blocks of lanes that compilers turn into
 * vector instructions, rows shared by threads. Written as one would write it for speed. */
#include <pthread.h>
#include <stdint.h>

#define LANES 64

typedef struct {
    const double *x, *y;
    double *ends;
    int64_t columns, first, last, steps;
    double lr;
} part;

static void block(const double *xs, double y, double lr, int64_t steps, double *ends)
{
    double x[LANES], v[LANES];
    for (int i = 0; i < LANES; i++) {
        x[i] = xs[i];
        v[i] = y;
    }
    for (int64_t k = 0; k < steps; k++)
        for (int i = 0; i < LANES; i++) {
            double a = x[i] * x[i] + v[i] - 11, b = x[i] + v[i] * v[i] - 7;
            x[i] -= lr * (4 * x[i] * a + 2 * b);
            v[i] -= lr * (2 * a + 4 * v[i] * b);
        }
    for (int i = 0; i < LANES; i++) {
        ends[2 * i] = x[i];
        ends[2 * i + 1] = v[i];
    }
}

static void *rows(void *given)
{
    part *p = given;
    for (int64_t r = p->first; r < p->last; r++)
        for (int64_t j = 0; j < p->columns; j += LANES)
            block(p->x + j, p->y[r], p->lr, p->steps, p->ends + 2 * (r * p->columns + j));
    return 0;
}

void basins(const double *x, const double *y, int64_t columns, int64_t count, double lr, int64_t steps, double *ends,
            int64_t threads)
{
    pthread_t running[64];
    part parts[64];
    for (int64_t t = 0; t < threads; t++) {
        part p = {x, y, ends, columns, count * t / threads, count * (t + 1) / threads, steps, lr};
        parts[t] = p;
        pthread_create(&running[t], 0, rows, &parts[t]);
    }
    for (int64_t t = 0; t < threads; t++)
        pthread_join(running[t], 0);
}
