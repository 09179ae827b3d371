#pragma once

#include "objective/LastStates.hpp"
#include "objective/OutputLayerSolver.hpp"

#include <terrace/multilevel/secant/LuFactors.hpp>
#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <functional>
#include <vector>

namespace terrace::resnet::detail {

/// Minimises the mean cross entropy of softmax(V q + c) plus
/// \f$\frac{\beta_\mathrm{out}}2(\|V\|^2+\|c\|^2)\f$ over (V, c): strictly convex, so Newton's method finds
/// the one minimiser, from zero with a line search that halves steps. Newton's systems are solved by
/// conjugate gradients, preconditioned by the Hessian's upper bound \f$I \otimes (\bar p_i(1-\bar p_i) A +
/// \beta_\mathrm{out} I)\f$ with A the mean of z z^T, z = (q, 1), and \f$\bar p\f$ the frequencies of the
/// classes (Böhning, Ann. Inst. Statist. Math. 44, 1992, has the bound).
///
/// The start does not depend on an iterate before, so that the layer, and what follows from it, is a function
/// of the other layers alone.
class SoftmaxFit final : public OutputLayerSolver {
public:
  /// \param[in] network  with cross entropy and beta_out > 0.
  SoftmaxFit(const Network& network, SweepScalar scalar, int chunkSamples);

  FittedOutputLayer fit(const ConstParameterView& theta, const SampleSet& samples) override;
  void solve(const FittedOutputLayer& fitted, const SampleSet& samples, std::vector<double>& right) override;

private:
  using Vector = std::vector<double>;

  /// One block for each output.
  struct Preconditioner {
    std::vector<LuFactors<double>> blocks;
    void apply(const Vector& r, Vector& z) const;
  };

  void setUp(const Vector& states, const SampleSet& samples);
  Preconditioner makePreconditioner(const Vector& states);
  double value(const Vector& states, const Vector& layer);
  void gradient(const Vector& states, const Vector& layer, Vector& g);
  void hessianProduct(const Vector& states, const Vector& v, Vector& hv);
  void conjugateGradients(const Vector& states, const Preconditioner& by, const Vector& right,
                          double tolerance, Vector& x);
  bool moveDown(const Vector& states, const Vector& step, double slope, Vector& layer, double& now);
  Vector meanOver(const std::function<void(std::size_t sample, Vector& sum)>& add, std::size_t length);

  LastStates states_;
  std::size_t outputs_;
  double weight_; ///< beta_out
  // Of the present fit.
  const SampleSet* samples_ = nullptr;
  std::vector<int> labels_;
  Vector probabilities_; ///< Samples x outputs: softmax at the layer of the last gradient().
  double flops_ = 0;     ///< Per sample.
};

} // namespace terrace::resnet::detail
