#pragma once

#include "StdVectors.hpp"

#include <terrace/multilevel/hierarchy/TransferOperator.hpp>

#include <vector>

namespace terrace_test {

/// Two entries averaged into one, prolonged by copying.
struct PairTransfer : terrace::TransferOperator<double> {
  using Vector = ROL::Vector<double>;
  using Values = std::vector<double>;
  static Values& entries(Vector& v) { return *dynamic_cast<StdVector&>(v).getVector(); }
  static const Values& entries(const Vector& v) { return *dynamic_cast<const StdVector&>(v).getVector(); }

  void prolong(Vector& fine, const Vector& coarse) const override {
    for (std::size_t i = 0; i < entries(fine).size(); ++i) entries(fine)[i] = entries(coarse)[i / 2];
  }
  void restrictDual(Vector& coarse, const Vector& fine) const override {
    coarse.setScalar(0); // ROL::StdVector::zero() would keep NaN
    for (std::size_t i = 0; i < entries(fine).size(); ++i) entries(coarse)[i / 2] += entries(fine)[i];
  }
  void project(Vector& coarse, const Vector& fine) const override {
    restrictDual(coarse, fine);
    coarse.scale(0.5);
  }
  void prolongDual(Vector& fine, const Vector& coarse) const override { prolong(fine, coarse); }
};

/// Iterates go up with an eighth added, steps of secant pairs twice as long: three operators that differ.
struct UnevenTransfer : PairTransfer {
  void prolongIterate(Vector& fine, const Vector& coarse) const override {
    prolong(fine, coarse);
    for (double& value : entries(fine)) value += 0.125;
  }
  void prolongStep(Vector& fine, const Vector& coarse) const override {
    prolong(fine, coarse);
    fine.scale(2);
  }
  void prolongDual(Vector& fine, const Vector& coarse) const override { prolongStep(fine, coarse); }
};

} // namespace terrace_test
