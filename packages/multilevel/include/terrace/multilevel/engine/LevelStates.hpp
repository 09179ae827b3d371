#pragma once

#include <terrace/multilevel/engine/LevelState.hpp>
#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>

#include <ROL_Ptr.hpp>
#include <Teuchos_ParameterList.hpp>

#include <memory>
#include <stdexcept>
#include <vector>

namespace terrace {

/// The levels of a hierarchy, each with its state; 0 is the finest.
template <class Real>
class LevelStates {
public:
  /// \param hierarchy  at least one level.
  /// \param secant     the list "General > Secant".
  /// \throws std::invalid_argument if there is no level.
  LevelStates(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, const CycleParameters& parameters,
              const Teuchos::ParameterList& secant)
      : hierarchy_(hierarchy) {
    if (hierarchy->size() == 0)
      throw std::invalid_argument("MultilevelTrustRegion: the hierarchy has no level.");
    for (int level = 0; level < hierarchy->size(); ++level)
      states_.push_back(std::make_unique<LevelState<Real>>(*hierarchy, level, parameters, secant));
    if (parameters.coarseModel != CycleParameters::CoarseModel::SecondOrder) return;
    for (int level = 1; level < size(); ++level)
      (*this)[level].model.reserveQuadraticTerm(*(*this)[level - 1].x);
  }

  /// Number of levels.
  int size() const { return static_cast<int>(states_.size()); }
  /// \throws std::out_of_range if there is no such level.
  LevelState<Real>& operator[](int level) { return *states_.at(static_cast<std::size_t>(level)); }
  /// \overload
  const LevelState<Real>& operator[](int level) const { return *states_.at(static_cast<std::size_t>(level)); }

  /// Between a level and the next coarser one.
  const TransferOperator<Real>& transfer(int level) const { return *(*hierarchy_)[level].toCoarser; }
  /// The hierarchy that the levels are of.
  const LevelHierarchy<Real>& hierarchy() const { return *hierarchy_; }

private:
  ROL::Ptr<LevelHierarchy<Real>> hierarchy_;
  std::vector<std::unique_ptr<LevelState<Real>>> states_;
};

} // namespace terrace
