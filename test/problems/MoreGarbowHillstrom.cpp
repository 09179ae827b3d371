#include "MoreGarbowHillstrom.hpp"

namespace mgh {
namespace {

const double pi = std::acos(-1.0);

// x[i - 1]: the formulas count from 1 as their source does.
struct Indexed {
  const Duals& x;
  const Dual& operator()(int i) const { return x[static_cast<std::size_t>(i - 1)]; }
  int n() const { return static_cast<int>(x.size()); }
};

Duals rosenbrock(const Duals& v) {
  const Indexed x{v};
  return {10 * (x(2) - x(1) * x(1)), 1 - x(1)};
}

Duals freudensteinRoth(const Duals& v) {
  const Indexed x{v};
  return {-13 + x(1) + ((5 - x(2)) * x(2) - 2) * x(2), -29 + x(1) + ((x(2) + 1) * x(2) - 14) * x(2)};
}

Duals powellBadlyScaled(const Duals& v) {
  const Indexed x{v};
  return {1e4 * x(1) * x(2) - 1, exp(-x(1)) + exp(-x(2)) - 1.0001};
}

Duals brownBadlyScaled(const Duals& v) {
  const Indexed x{v};
  return {x(1) - 1e6, x(2) - 2e-6, x(1) * x(2) - 2};
}

Duals beale(const Duals& v) {
  const Indexed x{v};
  const double y[3] = {1.5, 2.25, 2.625};
  Duals r;
  for (int i = 1; i <= 3; ++i) r.push_back(y[i - 1] - x(1) * (1 - power(x(2), i)));
  return r;
}

Duals jennrichSampson(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i <= 10; ++i) r.push_back(2 + 2 * i - (exp(i * x(1)) + exp(i * x(2))));
  return r;
}

Duals helicalValley(const Duals& v) {
  const Indexed x{v};
  const Dual theta = atan(x(2) / x(1)) / (2 * pi) + (x(1).value < 0 ? 0.5 : 0.0);
  return {10 * (x(3) - 10 * theta), 10 * (sqrt(x(1) * x(1) + x(2) * x(2)) - 1), x(3)};
}

Duals bard(const Duals& v) {
  const Indexed x{v};
  const double y[15] = {0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                        0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
  Duals r;
  for (int i = 1; i <= 15; ++i) {
    const int w = i < 16 - i ? i : 16 - i;
    r.push_back(y[i - 1] - (x(1) + i / ((16 - i) * x(2) + w * x(3))));
  }
  return r;
}

Duals gaussian(const Duals& v) {
  const Indexed x{v};
  const double y[8] = {0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989};
  Duals r;
  for (int i = 1; i <= 15; ++i) {
    const Dual t = (8 - i) / 2.0 - x(3);
    r.push_back(x(1) * exp(-x(2) * t * t / 2) - y[i <= 8 ? i - 1 : 15 - i]);
  }
  return r;
}

Duals gulf(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i <= 10; ++i) {
    const double t = i / 100.0, y = 25 + std::pow(-50 * std::log(t), 2. / 3);
    const Dual distance = y - x(2);
    // |distance|^x3 = exp(x3 log |distance|)
    const double size = std::abs(distance.value);
    const Dual logarithm = chain(std::log(size), 1 / distance.value, distance);
    r.push_back(exp(-exp(x(3) * logarithm) / x(1)) - t);
  }
  return r;
}

Duals box(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i <= 10; ++i) {
    const double t = 0.1 * i;
    r.push_back(exp(-t * x(1)) - exp(-t * x(2)) - x(3) * (std::exp(-t) - std::exp(-10 * t)));
  }
  return r;
}

Duals powellSingular(const Duals& v) {
  const Indexed x{v};
  return {x(1) + 10 * x(2), std::sqrt(5.0) * (x(3) - x(4)), power(x(2) - 2 * x(3), 2),
          std::sqrt(10.0) * power(x(1) - x(4), 2)};
}

Duals wood(const Duals& v) {
  const Indexed x{v};
  return {10 * (x(2) - x(1) * x(1)),
          1 - x(1),
          std::sqrt(90.0) * (x(4) - x(3) * x(3)),
          1 - x(3),
          std::sqrt(10.0) * (x(2) + x(4) - 2),
          (x(2) - x(4)) / std::sqrt(10.0)};
}

Duals kowalikOsborne(const Duals& v) {
  const Indexed x{v};
  const double y[11] = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                        0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
  const double u[11] = {4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
  Duals r;
  for (int i = 0; i < 11; ++i)
    r.push_back(y[i] - x(1) * (u[i] * u[i] + u[i] * x(2)) / (u[i] * u[i] + u[i] * x(3) + x(4)));
  return r;
}

Duals brownDennis(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i <= 20; ++i) {
    const double t = i / 5.0;
    r.push_back(power(x(1) + t * x(2) - std::exp(t), 2) + power(x(3) + x(4) * std::sin(t) - std::cos(t), 2));
  }
  return r;
}

Duals biggs(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i <= 13; ++i) {
    const double t = 0.1 * i, y = std::exp(-t) - 5 * std::exp(-10 * t) + 3 * std::exp(-4 * t);
    r.push_back(x(3) * exp(-t * x(1)) - x(4) * exp(-t * x(2)) + x(6) * exp(-t * x(5)) - y);
  }
  return r;
}

Duals watson(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i <= 29; ++i) {
    const double t = i / 29.0;
    Dual slope, sum;
    for (int j = 1; j <= x.n(); ++j) {
      if (j > 1) slope = slope + (j - 1) * std::pow(t, j - 2) * x(j);
      sum = sum + std::pow(t, j - 1) * x(j);
    }
    r.push_back(slope - sum * sum - 1);
  }
  r.push_back(x(1));
  r.push_back(x(2) - x(1) * x(1) - 1);
  return r;
}

Duals extendedRosenbrock(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i < x.n(); i += 2) {
    r.push_back(10 * (x(i + 1) - x(i) * x(i)));
    r.push_back(1 - x(i));
  }
  return r;
}

Duals extendedPowell(const Duals& v) {
  Duals r;
  for (std::size_t i = 0; i + 3 < v.size(); i += 4)
    for (const Dual& part : powellSingular({v[i], v[i + 1], v[i + 2], v[i + 3]})) r.push_back(part);
  return r;
}

Duals penaltyOne(const Duals& v) {
  const Indexed x{v};
  Duals r;
  Dual sum = -0.25;
  for (int i = 1; i <= x.n(); ++i) {
    r.push_back(std::sqrt(1e-5) * (x(i) - 1));
    sum = sum + x(i) * x(i);
  }
  r.push_back(sum);
  return r;
}

Duals variablyDimensioned(const Duals& v) {
  const Indexed x{v};
  Duals r;
  Dual sum;
  for (int i = 1; i <= x.n(); ++i) {
    r.push_back(x(i) - 1);
    sum = sum + i * (x(i) - 1);
  }
  r.push_back(sum);
  r.push_back(sum * sum);
  return r;
}

Duals trigonometric(const Duals& v) {
  const Indexed x{v};
  Duals r;
  Dual cosines;
  for (int j = 1; j <= x.n(); ++j) cosines = cosines + cos(x(j));
  for (int i = 1; i <= x.n(); ++i) r.push_back(x.n() - cosines + i * (1 - cos(x(i))) - sin(x(i)));
  return r;
}

Duals brownAlmostLinear(const Duals& v) {
  const Indexed x{v};
  Duals r;
  Dual sum = -(x.n() + 1), product = 1;
  for (int j = 1; j <= x.n(); ++j) {
    sum = sum + x(j);
    product = product * x(j);
  }
  for (int i = 1; i < x.n(); ++i) r.push_back(x(i) + sum);
  r.push_back(product - 1);
  return r;
}

Duals discreteBoundaryValue(const Duals& v) {
  const Indexed x{v};
  const double h = 1.0 / (x.n() + 1);
  Duals r;
  for (int i = 1; i <= x.n(); ++i) {
    const Dual left = i > 1 ? x(i - 1) : Dual(0), right = i < x.n() ? x(i + 1) : Dual(0);
    r.push_back(2 * x(i) - left - right + h * h * power(x(i) + i * h + 1, 3) / 2);
  }
  return r;
}

Duals broydenTridiagonal(const Duals& v) {
  const Indexed x{v};
  Duals r;
  for (int i = 1; i <= x.n(); ++i) {
    const Dual left = i > 1 ? x(i - 1) : Dual(0), right = i < x.n() ? x(i + 1) : Dual(0);
    r.push_back((3 - 2 * x(i)) * x(i) - left - 2 * right + 1);
  }
  return r;
}

Values repeated(std::initializer_list<double> pattern, int times) {
  Values values;
  for (int i = 0; i < times; ++i) values.insert(values.end(), pattern);
  return values;
}

Values numbered(int n, double (*entry)(int, int)) {
  Values values;
  for (int i = 1; i <= n; ++i) values.push_back(entry(i, n));
  return values;
}

} // namespace

std::vector<Problem> problems() {
  return {
      {1, "Rosenbrock", {-1.2, 1}, {0}, rosenbrock},
      {2, "Freudenstein and Roth", {0.5, -2}, {0, 48.9842536}, freudensteinRoth},
      {3, "Powell badly scaled", {0, 1}, {0}, powellBadlyScaled},
      {4, "Brown badly scaled", {1, 1}, {0}, brownBadlyScaled},
      {5, "Beale", {1, 1}, {0}, beale},
      {6, "Jennrich and Sampson", {0.3, 0.4}, {124.362182}, jennrichSampson},
      {7, "Helical valley", {-1, 0, 0}, {0}, helicalValley},
      {8, "Bard", {1, 1, 1}, {8.21487730e-3, 17.4286933}, bard},
      {9, "Gaussian", {0.4, 1, 0}, {1.12793277e-8}, gaussian},
      {11, "Gulf research", {5, 2.5, 0.15}, {0}, gulf},
      {12, "Box", {0, 10, 20}, {0}, box},
      {13, "Powell singular", {3, -1, 0, 1}, {0}, powellSingular},
      {14, "Wood", {-3, -1, -3, -1}, {0}, wood},
      {15, "Kowalik and Osborne", {0.25, 0.39, 0.415, 0.39}, {3.07505604e-4, 1.02734e-3}, kowalikOsborne},
      {16, "Brown and Dennis", {25, 5, -5, -1}, {85822.2016}, brownDennis},
      {18, "Biggs EXP6", {1, 2, 1, 1, 1, 1}, {0, 5.65565e-3}, biggs},
      {20, "Watson, n = 6", Values(6), {2.28767005e-3}, watson},
      {20, "Watson, n = 9", Values(9), {1.39976014e-6}, watson},
      {21, "Extended Rosenbrock, n = 20", repeated({-1.2, 1}, 10), {0}, extendedRosenbrock},
      {22, "Extended Powell, n = 20", repeated({3, -1, 0, 1}, 5), {0}, extendedPowell},
      {23,
       "Penalty I, n = 10",
       numbered(10, [](int i, int) { return double(i); }),
       {7.08765147e-5},
       penaltyOne},
      {25,
       "Variably dimensioned, n = 10",
       numbered(10, [](int i, int n) { return 1 - double(i) / n; }),
       {0},
       variablyDimensioned},
      {26, "Trigonometric, n = 10", Values(10, 0.1), {0, 2.79506e-5}, trigonometric},
      {27, "Brown almost linear, n = 10", Values(10, 0.5), {0, 1}, brownAlmostLinear},
      {28,
       "Discrete boundary value, n = 10",
       numbered(10, [](int i, int n) { return double(i) / (n + 1) * (double(i) / (n + 1) - 1); }),
       {0},
       discreteBoundaryValue},
      {30, "Broyden tridiagonal, n = 10", Values(10, -1), {0}, broydenTridiagonal},
  };
}

} // namespace mgh
