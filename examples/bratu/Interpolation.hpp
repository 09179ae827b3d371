#pragma once

#include "Grid.hpp"

#include <terrace/multilevel/hierarchy/TpetraTransfer.hpp>

#include <cmath>
#include <map>

namespace mesh {

/// Nodes of the coarse mesh and their weights for node i of the fine one, in one dimension.
using Weights = std::vector<std::pair<int, double>>;

inline Weights linearWeights(int i, int coarseIntervals) {
  if (i % 2 == 0) return {{i / 2, 1.0}};
  Weights weights;
  for (const int k : {i / 2, i / 2 + 1})
    if (k > 0 && k < coarseIntervals) weights.emplace_back(k, 0.5);
  return weights;
}

/// Third order; beyond the boundary the field, which is 0 on it, goes on as an odd function. For objectives
/// with second derivatives of the field in them (fourth-order operators), which linear interpolation does not
/// suit.
inline Weights cubicWeights(int i, int coarseIntervals) {
  if (i % 2 == 0) return {{i / 2, 1.0}};
  std::map<int, double> weights;
  const double factors[4] = {-1. / 16, 9. / 16, 9. / 16, -1. / 16};
  for (int a = 0; a < 4; ++a) {
    const int k = i / 2 - 1 + a, inside = k < 0 ? -k : k > coarseIntervals ? 2 * coarseIntervals - k : k;
    if (inside > 0 && inside < coarseIntervals) weights[inside] += inside == k ? factors[a] : -factors[a];
  }
  return {weights.begin(), weights.end()};
}

using WeightRule = Weights (*)(int, int);

/// P: the tensor product of a one-dimensional rule, bilinear with linearWeights.
inline ROL::Ptr<const Matrix> interpolation(const Grid& fine, const Grid& coarse, WeightRule rule) {
  auto matrix = ROL::makePtr<Matrix>(fine.map(), 16);
  for (int j = fine.firstRow(); j < fine.endRow(); ++j) {
    for (int i = 1; i < fine.intervals(); ++i) {
      std::vector<Index> columns;
      std::vector<double> values;
      for (const auto& [row, a] : rule(j, coarse.intervals())) {
        for (const auto& [column, b] : rule(i, coarse.intervals())) {
          columns.push_back(coarse.global(row, column));
          values.push_back(a * b);
        }
      }
      matrix->insertGlobalValues(fine.global(j, i), static_cast<int>(columns.size()), values.data(),
                                 columns.data());
    }
  }
  matrix->fillComplete(coarse.map(), fine.map());
  return matrix;
}

/// The coarse nodes' values taken from the fine mesh: injection * interpolation = I.
inline ROL::Ptr<const Matrix> injection(const Grid& fine, const Grid& coarse) {
  auto matrix = ROL::makePtr<Matrix>(coarse.map(), 1);
  const double one = 1;
  for (int j = coarse.firstRow(); j < coarse.endRow(); ++j) {
    for (int i = 1; i < coarse.intervals(); ++i) {
      const Index column = fine.global(2 * j, 2 * i);
      matrix->insertGlobalValues(coarse.global(j, i), 1, &one, &column);
    }
  }
  matrix->fillComplete(fine.map(), coarse.map());
  return matrix;
}

/// Interpolation and injection as the transfer of a hierarchy.
inline ROL::Ptr<terrace::TransferOperator<double>> makeTransfer(const Grid& fine, const Grid& coarse,
                                                                WeightRule rule = linearWeights) {
  return ROL::makePtr<terrace::TpetraTransfer<double>>(interpolation(fine, coarse, rule),
                                                       injection(fine, coarse));
}

} // namespace mesh
