#pragma once

#include "../multilevel/StdVectors.hpp"

#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/hierarchy/WorkCounter.hpp>

#include <numeric>
#include <stdexcept>

namespace terrace_test {

/// The mean over samples k = 0 .. samples - 1 of sum_i (x_i^2 - 1)^2 / 4 + k (x_i - x_{i-1})^2 / 2: smooth
/// and not convex, with batches, counted work and a Hessian.
class SampledWells : public terrace::SampledObjective<double> {
public:
  using Vector = ROL::Vector<double>;
  using Values = std::vector<double>;

  explicit SampledWells(long samples = 5) : samples_(samples) { SampledWells::resetBatch(); }

  long samples() const override { return samples_; }
  long batchSamples() const override { return static_cast<long>(batch.size()); }
  void setBatch(const std::vector<long>& positions) override {
    if (positions.empty()) throw std::invalid_argument("SampledWells: an empty batch.");
    for (const long position : positions)
      if (position < 0 || position >= samples_) throw std::invalid_argument("SampledWells: no such sample.");
    batch = positions;
  }
  void resetBatch() override {
    batch.resize(static_cast<std::size_t>(samples_));
    std::iota(batch.begin(), batch.end(), 0L);
  }

  double value(const Vector& v, double& /*tol*/) override {
    work->addValue(share() / 3);
    const Values& x = of(v);
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += 0.25 * std::pow(x[i] * x[i] - 1, 2);
      if (i > 0) sum += 0.5 * coupling() * std::pow(x[i] - x[i - 1], 2);
    }
    return sum;
  }
  void gradient(Vector& g, const Vector& v, double& /*tol*/) override {
    work->addGradient(share() * 2 / 3);
    const Values& x = of(v);
    for (std::size_t i = 0; i < x.size(); ++i) of(g)[i] = x[i] * (x[i] * x[i] - 1);
    addCoupling(of(g), x);
  }
  void hessVec(Vector& hv, const Vector& d, const Vector& v, double& /*tol*/) override {
    work->addHessianProduct(share());
    const Values &x = of(v), &s = of(d);
    for (std::size_t i = 0; i < x.size(); ++i) of(hv)[i] = (3 * x[i] * x[i] - 1) * s[i];
    addCoupling(of(hv), s);
  }

  static Values& of(Vector& v) { return *dynamic_cast<StdVector&>(v).getVector(); }
  static const Values& of(const Vector& v) { return *dynamic_cast<const StdVector&>(v).getVector(); }

  ROL::Ptr<terrace::WorkCounter> work = ROL::makePtr<terrace::WorkCounter>();
  std::vector<long> batch;

private:
  double share() const { return static_cast<double>(batch.size()) / static_cast<double>(samples_); }
  double coupling() const {
    return static_cast<double>(std::accumulate(batch.begin(), batch.end(), 0L)) /
           static_cast<double>(batch.size());
  }
  void addCoupling(Values& out, const Values& x) const {
    for (std::size_t i = 1; i < x.size(); ++i) {
      out[i] += coupling() * (x[i] - x[i - 1]);
      out[i - 1] -= coupling() * (x[i] - x[i - 1]);
    }
  }

  long samples_;
};

} // namespace terrace_test
