#pragma once

#include "../../examples/bratu/EnergyObjective.hpp"

namespace mesh {

/// An energy with the diagonal of its Hessian as preconditioner, computed once a point.
template <class Density>
class JacobiPreconditioned : public EnergyObjective<Density> {
public:
  using EnergyObjective<Density>::EnergyObjective;

  void update(const ROL::Vector<double>& /*x*/, ROL::UpdateType /*type*/, int /*iter*/ = -1) override {
    isCurrent_ = false;
  }
  void update(const ROL::Vector<double>& /*x*/, bool /*flag*/ = true, int /*iter*/ = -1) override {
    isCurrent_ = false;
  }

  void precond(ROL::Vector<double>& pv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& /*tol*/) override {
    if (diagonal_ == ROL::nullPtr) diagonal_ = v.clone();
    if (!isCurrent_) this->hessianDiagonal(*diagonal_, x);
    isCurrent_ = true;
    const auto result = entries(pv)->getDataNonConst(0);
    const auto vector = entries(v)->getData(0), diagonal = entries(*diagonal_)->getData(0);
    for (Teuchos::Ordinal k = 0; k < result.size(); ++k) result[k] = vector[k] / diagonal[k];
  }

private:
  static ROL::Ptr<const MultiVector> entries(const ROL::Vector<double>& v) {
    return dynamic_cast<const ROL::TpetraMultiVector<double>&>(v).getVector();
  }
  static ROL::Ptr<MultiVector> entries(ROL::Vector<double>& v) {
    return dynamic_cast<ROL::TpetraMultiVector<double>&>(v).getVector();
  }

  ROL::Ptr<ROL::Vector<double>> diagonal_;
  bool isCurrent_ = false;
};

} // namespace mesh
