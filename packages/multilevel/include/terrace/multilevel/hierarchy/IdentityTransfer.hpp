#pragma once

#include <terrace/multilevel/hierarchy/TransferOperator.hpp>

namespace terrace {

/// Transfer between levels that share one vector space, such as levels that differ only in their samples.
template <class Real>
class IdentityTransfer : public TransferOperator<Real> {
public:
  void prolong(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const override { fine.set(coarse); }
  void restrictDual(ROL::Vector<Real>& coarse, const ROL::Vector<Real>& fine) const override {
    coarse.set(fine);
  }
  void project(ROL::Vector<Real>& coarse, const ROL::Vector<Real>& fine) const override { coarse.set(fine); }
  void prolongDual(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const override {
    fine.set(coarse);
  }
};

} // namespace terrace
