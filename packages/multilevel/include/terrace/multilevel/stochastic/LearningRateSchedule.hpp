#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// The learning rate of each step.
///
/// Constant: the parameter Learning Rate \f$\eta\f$. Cosine: \f$\eta_E + (\eta - \eta_E)(1 + \cos \pi
/// p)/2\f$ after the part p of the run, with \f$\eta_E\f$ = Final Learning Rate (Loshchilov & Hutter, ICLR
/// 2017, without restarts). Step: \f$\eta\f$ times Decay Factor for every Decay Epochs that have passed.
class LearningRateSchedule {
public:
  /// \param list       "Step > Adam" or "Step > Stochastic Gradient", checked and complete.
  /// \param hasLength  whether work units or iterations of the run are limited.
  /// \throws ParameterError if the schedule is Cosine and the run has no length.
  LearningRateSchedule(const Teuchos::ParameterList& list, bool hasLength);

  /// \param epoch      full epochs so far.
  /// \param partOfRun  that has passed, at least 0; more than 1 counts as 1.
  double at(int epoch, double partOfRun) const;

private:
  enum class Kind { Constant, Cosine, Step };

  Kind kind_;
  double rate_;
  double finalRate_;
  double decayFactor_;
  int decayEpochs_;
};

} // namespace terrace
