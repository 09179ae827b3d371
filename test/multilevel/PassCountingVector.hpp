#pragma once

#include "StdVectors.hpp"

#include <terrace/multilevel/hierarchy/BlockOperations.hpp>

#include <memory>
#include <vector>

namespace terrace_test {

/// A vector with block operations; all clones share one count of the passes that they make.
class PassCountingVector : public StdVector, public terrace::BlockOperations<double> {
public:
  using Operands = std::vector<terrace::Operand<double>>;

  explicit PassCountingVector(std::vector<double> values,
                              std::shared_ptr<int> count = std::make_shared<int>(0))
      : StdVector(ROL::makePtr<std::vector<double>>(std::move(values))), passes(std::move(count)) {}

  ROL::Ptr<ROL::Vector<double>> clone() const override {
    return ROL::makePtr<PassCountingVector>(std::vector<double>(getVector()->size()), passes);
  }

  void innerProducts(const Operands& left, const Operands& right,
                     std::vector<double>& products) const override {
    ++*passes;
    products.clear();
    for (const auto& r : right)
      for (const auto& l : left) products.push_back(l.vector->dot(*r.vector));
  }

  void addCombination(const std::vector<double>& coefficients, const Operands& vectors) override {
    for (std::size_t j = 0; j < vectors.size(); ++j) axpy(coefficients[j], *vectors[j].vector);
  }

  std::shared_ptr<int> passes; ///< Calls of innerProducts().
};

} // namespace terrace_test
