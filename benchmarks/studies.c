/* Adam on Rastrigin's function in two variables from many starts, in C: one run after the other, shared by
 * threads. Each run keeps its last point and value, its lowest value in the box, and the first evaluation at
 * which it stood near the origin: the same work as a study. */
#include <math.h>
#include <pthread.h>
#include <stdint.h>

#define TURN 6.283185307179586

typedef struct {
    const double *starts;
    double *ends, *values, *best;
    int64_t *firsts;
    int64_t first, last, steps;
    double lr, beta1, beta2, eps, bound, square;
} part;

static inline double rastrigin(double x, double y, double *gx, double *gy)
{
    *gx = 2 * x + 10 * TURN * sin(TURN * x);
    *gy = 2 * y + 10 * TURN * sin(TURN * y);
    return 20 + x * x - 10 * cos(TURN * x) + y * y - 10 * cos(TURN * y);
}

static void *runs(void *given)
{
    part *p = given;
    double beta1 = p->beta1, beta2 = p->beta2, bound = p->bound;
    for (int64_t run = p->first; run < p->last; run++) {
        double x = p->starts[2 * run], y = p->starts[2 * run + 1], gx, gy, f = rastrigin(x, y, &gx, &gy);
        double mx = 0, my = 0, vx = 0, vy = 0, power1 = 1, power2 = 1, best = f;
        int64_t first = x * x + y * y <= p->square ? 1 : 0;
        for (int64_t k = 0; k < p->steps; k++) {
            power1 *= beta1;
            power2 *= beta2;
            mx = beta1 * mx + (1 - beta1) * gx;
            my = beta1 * my + (1 - beta1) * gy;
            vx = beta2 * vx + (1 - beta2) * gx * gx;
            vy = beta2 * vy + (1 - beta2) * gy * gy;
            double size = p->lr / (1 - power1), root = sqrt(1 - power2);
            x -= size * mx / (sqrt(vx) / root + p->eps);
            y -= size * my / (sqrt(vy) / root + p->eps);
            f = rastrigin(x, y, &gx, &gy);
            if (f < best && fabs(x) <= bound && fabs(y) <= bound)
                best = f;
            if (!first && x * x + y * y <= p->square)
                first = k + 2;
        }
        p->ends[2 * run] = x;
        p->ends[2 * run + 1] = y;
        p->values[run] = f;
        p->best[run] = best;
        p->firsts[run] = first;
    }
    return 0;
}

void studies(const double *starts, int64_t count, double lr, double beta1, double beta2, double eps, double bound,
             double square, int64_t steps, double *ends, double *values, double *best, int64_t *firsts,
             int64_t threads)
{
    pthread_t running[64];
    part parts[64];
    for (int64_t t = 0; t < threads; t++) {
        part p = {starts, ends, values, best, firsts, count * t / threads, count * (t + 1) / threads, steps, lr,
                  beta1, beta2, eps, bound, square};
        parts[t] = p;
        pthread_create(&running[t], 0, runs, &parts[t]);
    }
    for (int64_t t = 0; t < threads; t++)
        pthread_join(running[t], 0);
}
