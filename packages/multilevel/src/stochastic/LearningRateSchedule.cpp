#include <terrace/multilevel/stochastic/LearningRateSchedule.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace terrace {

LearningRateSchedule::LearningRateSchedule(const Teuchos::ParameterList& list, bool hasLength)
    : rate_(list.get<double>("Learning Rate")), finalRate_(list.get<double>("Final Learning Rate")),
      decayFactor_(list.get<double>("Decay Factor")), decayEpochs_(list.get<int>("Decay Epochs")) {
  const auto name = list.get<std::string>("Schedule");
  kind_ = name == "Cosine" ? Kind::Cosine : name == "Step" ? Kind::Step : Kind::Constant;
  if (kind_ == Kind::Cosine && !hasLength)
    throw ParameterError("Step: \"Schedule\" = \"Cosine\" needs the length of the run; set \"Work Limit\" or "
                         "\"Iteration Limit\" of the list Status Test.");
}

double LearningRateSchedule::at(int epoch, double partOfRun) const {
  switch (kind_) {
  case Kind::Cosine:
    return finalRate_ + (rate_ - finalRate_) * (1 + std::cos(std::acos(-1.0) * std::min(1.0, partOfRun))) / 2;
  case Kind::Step:
    return rate_ * std::pow(decayFactor_, epoch / decayEpochs_);
  case Kind::Constant:
    break;
  }
  return rate_;
}

} // namespace terrace
