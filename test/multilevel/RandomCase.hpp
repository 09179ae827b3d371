#pragma once

#include "LyingCoarseLevels.hpp"

#include <terrace/multilevel/hierarchy/TransferOperator.hpp>

#include <ROL_ScaledStdVector.hpp>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace terrace_test {

/// Everything that makes a run: sizes, choices, and a seed of all numbers. A case can be printed, run again,
/// and made simpler.
struct RandomCase {
  std::uint64_t seed = 0;
  int dimension = 1; ///< Of the finest level; each coarser level has half of it, at least 1.
  int levels = 1;
  bool hasMetric = false;    ///< Inner products have random weights, other ones on each level.
  bool hasTransfers = false; ///< Random operators with orthogonal columns, else all levels share one space.
  bool lies = false;         ///< The coarsest objective is worthless (Lie).
  int exponent = 0;          ///< The objectives are multiplied by 2 to this power.
  bool nested = false;
  int cycle = 0;            ///< V, W, F
  bool always = false;      ///< Recursion: Always, else Adaptive.
  bool newton = false;      ///< Smoother: Newton, else Secant.
  bool secondOrder = false; ///< Coarse Model
  int coarseSteps = 1;
  int storage = 10;
  int radius = 0; ///< Power of ten.

  static RandomCase random(std::uint64_t seed) {
    std::mt19937_64 engine(seed);
    const auto below = [&engine](unsigned n) { return static_cast<int>(engine() % n); };
    RandomCase c;
    c.seed = seed;
    c.dimension = 1 + below(12);
    c.levels = 1 + below(4);
    c.hasMetric = below(2) == 1;
    c.hasTransfers = below(3) > 0;
    c.lies = below(4) == 0;
    c.exponent = below(2) == 0 ? 0 : below(31) - 15;
    c.nested = !c.lies && below(2) == 1; // which works on the coarse level's own objective
    c.cycle = below(3);
    c.always = below(2) == 1;
    c.newton = below(4) == 0;
    c.secondOrder = below(3) == 0;
    c.coarseSteps = 1 + below(5);
    c.storage = 1 + below(12);
    c.radius = below(4) - 2;
    return c;
  }

  /// Cases that differ in one choice and are simpler, the most different first.
  std::vector<RandomCase> simpler() const {
    std::vector<RandomCase> found;
    const auto with = [&](auto member, auto value) {
      if (this->*member == value) return;
      found.push_back(*this);
      found.back().*member = value;
    };
    with(&RandomCase::levels, 1);
    if (levels > 1) with(&RandomCase::levels, levels - 1);
    with(&RandomCase::dimension, 1);
    with(&RandomCase::dimension, (dimension + 1) / 2);
    if (dimension > 1) with(&RandomCase::dimension, dimension - 1);
    for (const auto member :
         {&RandomCase::hasMetric, &RandomCase::hasTransfers, &RandomCase::lies, &RandomCase::nested,
          &RandomCase::always, &RandomCase::newton, &RandomCase::secondOrder})
      with(member, false);
    with(&RandomCase::exponent, 0);
    with(&RandomCase::cycle, 0);
    with(&RandomCase::coarseSteps, 1);
    with(&RandomCase::storage, 10);
    with(&RandomCase::radius, 0);
    return found;
  }

  std::string text() const {
    std::ostringstream out;
    out << "seed " << seed << ", dimension " << dimension << ", levels " << levels
        << (hasMetric ? ", metric" : "") << (hasTransfers ? ", transfers" : "") << (lies ? ", lies" : "")
        << ", exponent " << exponent << (nested ? ", nested" : "") << ", cycle "
        << "VWF"[cycle] << (always ? ", always" : "") << (newton ? ", Newton" : "")
        << (secondOrder ? ", second order" : "") << ", coarse steps " << coarseSteps << ", storage "
        << storage << ", radius 1e" << radius;
    return out.str();
  }

  Teuchos::ParameterList parameters() const {
    auto list = solverParameters();
    list.sublist("General").sublist("Secant").set("Maximum Storage", storage);
    list.sublist("Status Test").set("Iteration Limit", 3000).set("Step Tolerance", 0.0);
    list.sublist("Status Test").set("Gradient Tolerance", 1e-7 * std::ldexp(1.0, exponent));
    list.sublist("Step")
        .sublist("Multilevel Trust Region")
        .set("Nested Iteration", nested)
        .set("Nested Cycles", 5)
        .set("Recursion", always ? "Always" : "Adaptive")
        .set("Cycle", std::string(1, "VWF"[cycle]))
        .set("Smoother", newton ? "Newton" : "Secant")
        .set("Coarse Model", secondOrder ? "Second Order" : "First Order")
        .set("Coarse Steps", coarseSteps)
        .set("Initial Radius", std::pow(10.0, radius));
    return list;
  }
};

/// A random operator: columns that are orthogonal, times a factor. Its Riesz maps are the weights of the
/// levels.
class RandomTransfer : public terrace::TransferOperator<double> {
public:
  using Vector = ROL::Vector<double>;

  RandomTransfer(Values fineWeights, Values coarseWeights, std::mt19937_64& engine)
      : fineWeights_(std::move(fineWeights)), coarseWeights_(std::move(coarseWeights)),
        factor_(std::uniform_real_distribution<double>(0.5, 2)(engine)) {
    std::normal_distribution<double> normal;
    while (columns_.size() < coarseWeights_.size()) {
      Values column(fineWeights_.size());
      for (double& entry : column) entry = normal(engine);
      for (const Values& other : columns_) add(column, -dot(column, other), other);
      const double norm = std::sqrt(dot(column, column));
      if (norm < 1e-3) continue;
      for (double& entry : column) entry /= norm;
      columns_.push_back(column);
    }
  }

  void prolong(Vector& fine, const Vector& coarse) const override {
    fine.setScalar(0);
    for (std::size_t j = 0; j < columns_.size(); ++j)
      add(entries(fine), factor_ * entries(coarse)[j], columns_[j]);
  }
  void restrictDual(Vector& coarse, const Vector& fine) const override {
    for (std::size_t j = 0; j < columns_.size(); ++j)
      entries(coarse)[j] = factor_ * dot(columns_[j], entries(fine));
  }
  void project(Vector& coarse, const Vector& fine) const override {
    restrictDual(coarse, fine);
    coarse.scale(1 / (factor_ * factor_));
  }
  void prolongDual(Vector& fine, const Vector& coarse) const override {
    fine.setScalar(0);
    for (std::size_t j = 0; j < columns_.size(); ++j)
      add(entries(fine), factor_ * entries(coarse)[j] / coarseWeights_[j], columns_[j]);
    for (std::size_t i = 0; i < fineWeights_.size(); ++i) entries(fine)[i] *= fineWeights_[i];
  }

private:
  static Values& entries(Vector& v) { return *dynamic_cast<StdVector&>(v).getVector(); }
  static const Values& entries(const Vector& v) { return *dynamic_cast<const StdVector&>(v).getVector(); }
  static double dot(const Values& a, const Values& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  }
  static void add(Values& a, double factor, const Values& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
  }

  Values fineWeights_, coarseWeights_;
  double factor_;
  std::vector<Values> columns_;
};

/// The identity between spaces with other weights.
class ReweightedTransfer : public terrace::IdentityTransfer<double> {
public:
  ReweightedTransfer(Values fineWeights, Values coarseWeights)
      : fineWeights_(std::move(fineWeights)), coarseWeights_(std::move(coarseWeights)) {}
  void prolong(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override {
    copy(fine, coarse);
  }
  void restrictDual(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const override {
    copy(coarse, fine);
  }
  void project(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const override {
    copy(coarse, fine);
  }
  void prolongDual(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override {
    copy(fine, coarse);
    Values& out = *dynamic_cast<StdVector&>(fine).getVector();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] *= fineWeights_[i] / coarseWeights_[i];
  }

private:
  static void copy(ROL::Vector<double>& to, const ROL::Vector<double>& from) {
    *dynamic_cast<StdVector&>(to).getVector() = *dynamic_cast<const StdVector&>(from).getVector();
  }
  Values fineWeights_, coarseWeights_;
};

/// An objective times a power of two, which changes no digit.
class Multiple : public ROL::Objective<double> {
public:
  Multiple(ROL::Ptr<ROL::Objective<double>> objective, int exponent)
      : objective_(std::move(objective)), factor_(std::ldexp(1.0, exponent)) {}
  double value(const ROL::Vector<double>& x, double& tol) override {
    return factor_ * objective_->value(x, tol);
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
    objective_->gradient(g, x, tol);
    g.scale(factor_);
  }
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& tol) override {
    objective_->hessVec(hv, v, x, tol);
    hv.scale(factor_);
  }

private:
  ROL::Ptr<ROL::Objective<double>> objective_;
  double factor_;
};

/// The problem of a case: levels of Wells, and a start.
struct RandomProblem {
  explicit RandomProblem(const RandomCase& c) : work(ROL::makePtr<terrace::WorkCounter>()) {
    std::mt19937_64 engine(c.seed);
    hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(work);
    int n = c.dimension;
    double cost = 1;
    Values weights = makeWeights(n, c.hasMetric, engine);
    x = vectorOf(makeVector(n), weights, c.hasMetric);
    *x->getVector() = *randomVector(n, engine)->getVector();
    for (int level = 0; level < c.levels; ++level, cost /= 4) {
      terrace::Level<double> entry;
      ROL::Ptr<ROL::Objective<double>> objective = ROL::makePtr<Wells>(n, engine);
      if (c.lies && level > 0 && level + 1 == c.levels)
        objective = ROL::makePtr<Liar>(objective, allLies[engine() % std::size(allLies)],
                                       static_cast<unsigned>(c.seed));
      objective = ROL::makePtr<Multiple>(objective, c.exponent);
      entry.objective = ROL::makePtr<terrace::CountedObjective<double>>(objective, work, cost);
      entry.vector = vectorOf(makeVector(n), weights, c.hasMetric);
      entry.work = cost;
      const int coarse = c.hasTransfers ? (n + 1) / 2 : n;
      Values coarseWeights = makeWeights(coarse, c.hasMetric, engine);
      if (level + 1 < c.levels) entry.toCoarser = transfer(c, weights, coarseWeights, engine);
      hierarchy->add(entry);
      n = coarse;
      weights = coarseWeights;
    }
  }

  ROL::Objective<double>& finest() const { return *(*hierarchy)[0].objective; }

  ROL::Ptr<terrace::WorkCounter> work;
  ROL::Ptr<terrace::LevelHierarchy<double>> hierarchy;
  ROL::Ptr<StdVector> x; ///< The start.

private:
  static Values makeWeights(int n, bool random, std::mt19937_64& engine) {
    std::uniform_real_distribution<double> exponent(-1, 1);
    Values weights(static_cast<std::size_t>(n), 1.0);
    if (random)
      for (double& weight : weights) weight = std::pow(10.0, exponent(engine));
    return weights;
  }
  static ROL::Ptr<StdVector> vectorOf(const ROL::Ptr<StdVector>& values, const Values& weights, bool scaled) {
    if (!scaled) return values;
    return ROL::makePtr<ROL::PrimalScaledStdVector<double>>(values->getVector(),
                                                            ROL::makePtr<Values>(weights));
  }
  static ROL::Ptr<terrace::TransferOperator<double>> transfer(const RandomCase& c, const Values& fine,
                                                              const Values& coarse, std::mt19937_64& engine) {
    if (c.hasTransfers) return ROL::makePtr<RandomTransfer>(fine, coarse, engine);
    return ROL::makePtr<ReweightedTransfer>(fine, coarse);
  }
};

} // namespace terrace_test
