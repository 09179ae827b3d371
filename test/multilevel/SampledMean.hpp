#pragma once

#include "Problems.hpp"

#include <terrace/multilevel/hierarchy/SampledObjective.hpp>

#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace terrace_test {

/// The mean over samples of r^2 / (1 + r^2), r = a·x - b, plus 1e-2/2 |x|^2: smooth, not convex, bounded
/// below.
class SampledMean : public terrace::SampledObjective<double> {
public:
  struct Sample {
    Values a;
    double b;
  };

  /// \param own  leading samples that the objective is made for, 0: all.
  /// \param work counter to add to, in units of one evaluation over all samples.
  SampledMean(std::vector<Sample> samples, std::size_t own, ROL::Ptr<terrace::WorkCounter> work)
      : samples_(std::move(samples)), own_(own == 0 ? samples_.size() : own), work_(std::move(work)) {
    resetBatch();
  }

  long samplesTogether() const override { return together; }
  long samples() const override { return static_cast<long>(samples_.size()); }
  long batchSamples() const override { return static_cast<long>(batch.size()); }
  void setBatch(const std::vector<long>& positions) override {
    for (const long position : positions)
      if (position < 0 || position >= samples()) throw std::invalid_argument("SampledMean: no such sample.");
    batch = positions;
  }
  void resetBatch() override {
    batch.resize(own_);
    std::iota(batch.begin(), batch.end(), 0L);
  }

  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    work_->addValue(share() / 3);
    double sum = 0;
    for (const long position : batch) {
      const double r = residual(position, SumOfSquares::entries(x));
      sum += r * r / (1 + r * r);
    }
    return sum / static_cast<double>(batch.size()) + 0.5e-2 * x.dot(x);
  }

  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    work_->addGradient(share() * 2 / 3);
    g.set(x);
    g.scale(1e-2);
    Values& entries = *dynamic_cast<StdVector&>(g).getVector();
    for (const long position : batch) {
      const double r = residual(position, SumOfSquares::entries(x));
      const double slope = 2 * r / ((1 + r * r) * (1 + r * r)) / static_cast<double>(batch.size());
      const Values& a = samples_[static_cast<std::size_t>(position)].a;
      for (std::size_t i = 0; i < entries.size(); ++i) entries[i] += slope * a[i];
    }
  }

  std::vector<long> batch;
  long together = 1;

private:
  double share() const { return static_cast<double>(batch.size()) / static_cast<double>(samples_.size()); }
  double residual(long position, const Values& x) const {
    const Sample& sample = samples_[static_cast<std::size_t>(position)];
    return std::inner_product(x.begin(), x.end(), sample.a.begin(), -sample.b);
  }

  std::vector<Sample> samples_;
  std::size_t own_;
  ROL::Ptr<terrace::WorkCounter> work_;
};

using Samples = std::vector<SampledMean::Sample>;
inline constexpr int sampledDimension = 6;

/// Two clusters that want opposite things, one after the other: a window of the order stands for one of them.
inline Samples sortedSamples(int count, std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  Samples samples(static_cast<std::size_t>(count));
  for (std::size_t j = 0; j < samples.size(); ++j) {
    const double side = 2 * j < samples.size() ? 1 : -1;
    for (int i = 0; i < sampledDimension; ++i) samples[j].a.push_back(side + 0.5 * normal(engine));
    samples[j].b = 2 + normal(engine);
  }
  return samples;
}

/// Levels in one space, each with half of the samples of the one above.
struct SampledHierarchy {
  SampledHierarchy(const Samples& samples, int levels) : work(ROL::makePtr<terrace::WorkCounter>()) {
    levelHierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(work);
    double share = 1;
    for (int level = 0; level < levels; ++level, share /= 2) {
      const auto own = static_cast<std::size_t>(share * static_cast<double>(samples.size()));
      objectives.push_back(ROL::makePtr<SampledMean>(samples, own, work));
      terrace::Level<double> entry;
      entry.objective = objectives.back();
      entry.vector = makeVector(sampledDimension);
      entry.work = share;
      entry.samples = static_cast<long>(own);
      if (level + 1 < levels) entry.toCoarser = ROL::makePtr<terrace::IdentityTransfer<double>>();
      levelHierarchy->add(entry);
    }
  }
  double gradientNorm(const StdVector& x) const {
    SampledMean& objective = *objectives.front();
    objective.resetBatch();
    const auto g = makeVector(sampledDimension);
    double tol = 0;
    objective.gradient(*g, x, tol);
    return g->norm();
  }
  ROL::Ptr<terrace::WorkCounter> work;
  std::vector<ROL::Ptr<SampledMean>> objectives;
  ROL::Ptr<terrace::LevelHierarchy<double>> levelHierarchy;
};

} // namespace terrace_test
