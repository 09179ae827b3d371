#pragma once

#include "Grid.hpp"

#include <ROL_TpetraMultiVector.hpp>

namespace mesh {

/// Nodal values, one or more fields, with a weighted inner product: the (lumped) mass matrix h^2 I makes
/// norms, and so a trust-region radius, mean the same on every mesh. Derivatives are dual vectors with the
/// inverse metric.
class MeshVector : public ROL::TpetraMultiVector<double> {
public:
  /// \param values   a column for each field; shared, not copied.
  /// \param weights  of the inner product, one for each field.
  MeshVector(const ROL::Ptr<MultiVector>& values, std::vector<double> weights)
      : ROL::TpetraMultiVector<double>(values), weights_(std::move(weights)), products_(weights_.size()) {}

  double dot(const ROL::Vector<double>& x) const override {
    const auto columns = Teuchos::arrayViewFromVector(products_);
    getVector()->dot(*dynamic_cast<const MeshVector&>(x).getVector(), columns);
    double sum = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) sum += weights_[k] * products_[k];
    return sum;
  }
  double norm() const override { return std::sqrt(dot(*this)); }
  double apply(const ROL::Vector<double>& x) const override { return ROL::TpetraMultiVector<double>::dot(x); }
  const ROL::Vector<double>& dual() const override {
    if (dual_ == ROL::nullPtr) {
      std::vector<double> inverse;
      for (const double weight : weights_) inverse.push_back(1 / weight);
      dual_ = make(inverse);
    }
    dual_->getVector()->assign(*getVector());
    dual_->getVector()->scale(Teuchos::arrayViewFromVector(weights_));
    return *dual_;
  }
  ROL::Ptr<ROL::Vector<double>> clone() const override { return make(weights_); }

private:
  ROL::Ptr<MeshVector> make(const std::vector<double>& weights) const {
    return ROL::makePtr<MeshVector>(ROL::makePtr<MultiVector>(getVector()->getMap(), weights.size()),
                                    weights);
  }

  std::vector<double> weights_;
  mutable std::vector<double> products_;
  mutable ROL::Ptr<MeshVector> dual_;
};

/// Weights of the fields' inner product on a mesh.
using Metric = std::vector<double> (*)(const Grid&);

inline std::vector<double> massMetric(const Grid& grid) {
  return {grid.width() * grid.width()};
}

/// A primal vector of zeros.
inline ROL::Ptr<MeshVector> makeVector(const Grid& grid, const std::vector<double>& weights) {
  return ROL::makePtr<MeshVector>(ROL::makePtr<MultiVector>(grid.map(), weights.size()), weights);
}

} // namespace mesh
