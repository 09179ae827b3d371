#pragma once

#include "Problems.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace terrace_test {

/// f(x) = sum (x_i^2 - a_i)^2 / 4 + b_i (x_i - x_{i-1})^2 / 2: random, smooth, bounded below, nonconvex.
struct Wells : ROL::Objective<double> {
  Wells(int n, std::mt19937_64& engine) {
    std::uniform_real_distribution<double> uniform(0.1, 3);
    for (int i = 0; i < n; ++i) {
      a.push_back(uniform(engine));
      b.push_back(uniform(engine));
    }
  }
  static const Values& entries(const ROL::Vector<double>& x) {
    return *dynamic_cast<const StdVector&>(x).getVector();
  }
  double value(const ROL::Vector<double>& v, double& /*tol*/) override {
    const Values& x = entries(v);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      sum += 0.25 * std::pow(x[i] * x[i] - a[i], 2);
      if (i > 0) sum += 0.5 * b[i] * std::pow(x[i] - x[i - 1], 2);
    }
    return sum;
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& v, double& /*tol*/) override {
    const Values& x = entries(v);
    Values& out = *dynamic_cast<StdVector&>(g).getVector();
    for (std::size_t i = 0; i < a.size(); ++i) out[i] = x[i] * (x[i] * x[i] - a[i]);
    addCoupling(out, x);
  }
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& d, const ROL::Vector<double>& v,
               double& /*tol*/) override {
    const Values &x = entries(v), &s = entries(d);
    Values& out = *dynamic_cast<StdVector&>(hv).getVector();
    for (std::size_t i = 0; i < a.size(); ++i) out[i] = (3 * x[i] * x[i] - a[i]) * s[i];
    addCoupling(out, s);
  }
  void addCoupling(Values& out, const Values& x) const {
    for (std::size_t i = 1; i < a.size(); ++i) {
      out[i] += b[i] * (x[i] - x[i - 1]);
      out[i - 1] -= b[i] * (x[i] - x[i - 1]);
    }
  }
  Values a, b;
};

/// Ways in which a coarse objective can be worthless.
enum class Lie { Noise, WrongSign, NotANumber, Infinite, Constant, Throws, ThrowsAtTimes, WrongGradient };
inline constexpr Lie allLies[] = {Lie::Noise,    Lie::WrongSign, Lie::NotANumber,    Lie::Infinite,
                                  Lie::Constant, Lie::Throws,    Lie::ThrowsAtTimes, Lie::WrongGradient};

/// The fine objective, lied about.
class Liar : public ROL::Objective<double> {
public:
  Liar(ROL::Ptr<ROL::Objective<double>> truth, Lie lie, unsigned seed)
      : truth_(std::move(truth)), lie_(lie), engine_(seed) {}

  double value(const ROL::Vector<double>& x, double& tol) override { return distort(truth_->value(x, tol)); }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
    truth_->gradient(g, x, tol);
    distortAll(g);
  }
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& tol) override {
    truth_->hessVec(hv, v, x, tol);
    distortAll(hv);
  }

private:
  double distort(double truth) {
    switch (lie_) {
    case Lie::Noise:
      return truth + std::normal_distribution<double>(0, 10)(engine_);
    case Lie::WrongSign:
      return -truth;
    case Lie::NotANumber:
      return std::numeric_limits<double>::quiet_NaN();
    case Lie::Infinite:
      return -std::numeric_limits<double>::infinity();
    case Lie::Constant:
      return 1;
    case Lie::Throws:
      throw std::runtime_error("no value");
    case Lie::ThrowsAtTimes:
      if (engine_() % 3 == 0) throw std::logic_error("no value this time");
      return truth;
    case Lie::WrongGradient:
      return truth;
    }
    return truth;
  }
  void distortAll(ROL::Vector<double>& v) {
    for (double& entry : *dynamic_cast<StdVector&>(v).getVector())
      entry = lie_ == Lie::Constant ? 0 : lie_ == Lie::WrongGradient ? -2 * entry : distort(entry);
  }

  ROL::Ptr<ROL::Objective<double>> truth_;
  Lie lie_;
  std::mt19937_64 engine_;
};

} // namespace terrace_test
