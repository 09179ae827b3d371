#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// The learning rate of each epoch, counted from 0.
///
/// Constant: the parameter Learning Rate \f$\eta\f$. Cosine over E epochs: \f$\eta_E + (\eta - \eta_E)(1 +
/// \cos(\pi e/E))/2\f$ with \f$\eta_E\f$ = Final Learning Rate (Loshchilov & Hutter, ICLR 2017, without
/// restarts). Step: \f$\eta\f$ times Decay Factor for every Decay Epochs that have passed.
class LearningRateSchedule {
public:
  /// \param list    "Step > Adam" or "Step > Stochastic Gradient", checked and complete.
  /// \param epochs  length of the run, 0 if nothing limits it.
  /// \throws ParameterError if the schedule is Cosine and the run has no length.
  LearningRateSchedule(const Teuchos::ParameterList& list, double epochs);

  /// The learning rate of \p epoch, counted from 0.
  double at(int epoch) const;

private:
  enum class Kind { Constant, Cosine, Step };

  Kind kind_;
  double rate_;
  double finalRate_;
  double decayFactor_;
  int decayEpochs_;
  double epochs_;
};

} // namespace terrace
