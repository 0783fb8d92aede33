/* The same steps in C, recording the same: point, value and count of evaluations of every step. */
#include <math.h>
#include <stdint.h>

static inline double himmelblau(double x, double y, double *gx, double *gy)
{
    double a = x * x + y - 11, b = x + y * y - 7;
    *gx = 4 * x * a + 2 * b;
    *gy = 2 * a + 4 * y * b;
    return a * a + b * b;
}

void gradient_descent(double x, double y, double lr, int64_t steps, double *positions, double *values, int64_t *evaluations)
{
    double gx, gy, f = himmelblau(x, y, &gx, &gy);
    for (int64_t k = 0; k < steps; k++) {
        x -= lr * gx;
        y -= lr * gy;
        f = himmelblau(x, y, &gx, &gy);
        positions[2 * k] = x;
        positions[2 * k + 1] = y;
        values[k] = f;
        evaluations[k] = k + 2;
    }
}

void adam(double x, double y, double lr, double beta1, double beta2, double eps, int64_t steps, double *positions,
          double *values, int64_t *evaluations)
{
    double gx, gy, f = himmelblau(x, y, &gx, &gy);
    double mx = 0, my = 0, vx = 0, vy = 0, power1 = 1, power2 = 1;
    for (int64_t k = 0; k < steps; k++) {
        power1 *= beta1;
        power2 *= beta2;
        mx = beta1 * mx + (1 - beta1) * gx;
        my = beta1 * my + (1 - beta1) * gy;
        vx = beta2 * vx + (1 - beta2) * gx * gx;
        vy = beta2 * vy + (1 - beta2) * gy * gy;
        double step_size = lr / (1 - power1), root = sqrt(1 - power2);
        x -= step_size * mx / (sqrt(vx) / root + eps);
        y -= step_size * my / (sqrt(vy) / root + eps);
        f = himmelblau(x, y, &gx, &gy);
        positions[2 * k] = x;
        positions[2 * k + 1] = y;
        values[k] = f;
        evaluations[k] = k + 2;
    }
}
