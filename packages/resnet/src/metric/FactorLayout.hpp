#pragma once

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <vector>

namespace terrace::resnet::detail {

/// How the Kronecker metric turns one side of a layer's derivative, outputs x inputs.
enum class Factor {
  None,     ///< Not at all: its coordinates are kept.
  Moments,  ///< Into the eigenvectors of the second moments that the sweep gathers.
  Principal ///< Its first coordinates into the principal directions of the data: inputs that are many.
};

/// What the metric has of the layers of a run.
struct RunFactors {
  const ParameterRun* run;
  Factor inputs;
  Factor outputs;
  long first = 0; ///< Of the first group's moments in the array of all.

  int rows() const { return run->outputs(); }
  /// Inputs, and the bias as one more.
  int columns() const { return run->inputs() + (run->hasBias() ? 1 : 0); }
  /// Entries of the moments of one group: of the inputs, their sums, of the adjoints.
  long momentsOfInputs() const { return inputs == Factor::Moments ? long(run->inputs()) * run->inputs() : 0; }
  long sumsOfInputs() const { return inputs == Factor::Moments ? run->inputs() : 0; }
  long momentsOfOutputs() const { return outputs == Factor::Moments ? long(rows()) * rows() : 0; }
  long size() const { return momentsOfInputs() + sumsOfInputs() + momentsOfOutputs(); }
};

/// The second moments that a Kronecker metric wants of each layer, one after another in one array: of the
/// inputs x of each group, the sums of x, and of the derivatives mu by the layer's sums.
///
/// A block is turned on the side of its inputs alone: measured, the other side gives nothing more there. The
/// other layers are turned on both sides.
class FactorLayout {
public:
  /// From so many inputs on, a lift has principal directions in place of moments.
  static constexpr int manyInputs = 129;
  /// A side with more coordinates than this is left as it is: its eigenvectors would cost more than they
  /// give.
  static constexpr int mostMoments = 1025;

  explicit FactorLayout(const ParameterLayout& layout) {
    for (const ParameterRun& run : layout.runs()) {
      RunFactors factors{&run, sideOf(run.inputs()), sideOf(run.outputs()), size_};
      if (run.role == ParameterRole::Block) factors.outputs = Factor::None;
      if (run.role == ParameterRole::Lift && run.inputs() >= manyInputs) factors.inputs = Factor::Principal;
      runs_.push_back(factors);
      size_ += run.count * factors.size();
    }
  }

  long size() const { return size_; }
  const std::vector<RunFactors>& runs() const { return runs_; }
  /// Of the run whose first group has this offset among the parameters.
  const RunFactors& at(long offset) const {
    for (const RunFactors& factors : runs_)
      if (factors.run->offset == offset) return factors;
    return runs_.back();
  }

private:
  static Factor sideOf(int coordinates) { return coordinates < mostMoments ? Factor::Moments : Factor::None; }

  std::vector<RunFactors> runs_;
  long size_ = 0;
};

} // namespace terrace::resnet::detail
