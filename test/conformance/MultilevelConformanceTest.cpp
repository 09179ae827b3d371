// The transfers, vectors and objectives of packages/multilevel and of its tests.
#include "../../examples/bratu/Interpolation.hpp"
#include "../../examples/bratu/MeshVector.hpp"
#include "../multilevel/LyingCoarseLevels.hpp"
#include "../multilevel/PairTransfer.hpp"

#include <terrace/conformance/ObjectiveConformance.hpp>
#include <terrace/conformance/TransferConformance.hpp>
#include <terrace/conformance/VectorConformance.hpp>
#include <terrace/multilevel/hierarchy/CountedObjective.hpp>
#include <terrace/multilevel/hierarchy/IdentityTransfer.hpp>

#include <Tpetra_Core.hpp>

using namespace terrace::conformance;
using terrace_test::makeVector;

namespace {

struct Identity : TransferCase {
  Identity() : TransferCase{ROL::makePtr<terrace::IdentityTransfer<double>>(), makeVector(7), makeVector(7)} {
    otherLevelsUnchecked = "Both levels have the same vectors.";
  }
};

struct Pairs : TransferCase {
  Pairs() : TransferCase{ROL::makePtr<terrace_test::PairTransfer>(), makeVector(12), makeVector(6)} {
    otherLevelsUnchecked = "A transfer for tests only, which do not mistake the levels.";
  }
};

// Two fields with different weights, so that the metric is seen in every column.
std::vector<double> twoFields(const mesh::Grid& grid) {
  return {grid.width() * grid.width(), 0.3};
}

template <mesh::Weights (*rule)(int, int)>
struct TwoFields : TransferCase {
  TwoFields() {
    const mesh::Grid fineGrid(Tpetra::getDefaultComm(), 16), coarseGrid(Tpetra::getDefaultComm(), 8);
    transfer = mesh::makeTransfer(fineGrid, coarseGrid, rule);
    fine = mesh::makeVector(fineGrid, twoFields(fineGrid));
    coarse = mesh::makeVector(coarseGrid, twoFields(coarseGrid));
    tolerance = 1e-13;
  }
};

using Transfers =
    ::testing::Types<Identity, Pairs, TwoFields<mesh::linearWeights>, TwoFields<mesh::cubicWeights>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Multilevel, TransferConformance, Transfers);

struct StdVectors : VectorCase {
  StdVectors() : VectorCase{makeVector(11)} {}
};

struct TwoFieldVectors : VectorCase {
  TwoFieldVectors() {
    const mesh::Grid grid(Tpetra::getDefaultComm(), 8);
    vector = mesh::makeVector(grid, twoFields(grid));
    basisUnchecked = "ROL::TpetraMultiVector::basis() sets an entry in every column.";
  }
};

using Vectors = ::testing::Types<StdVectors, TwoFieldVectors>;
INSTANTIATE_TYPED_TEST_SUITE_P(Multilevel, VectorConformance, Vectors);

// CountedObjective counts for an objective that does not.
struct Counted : ObjectiveCase {
  Counted() {
    std::mt19937_64 engine(3);
    work = ROL::makePtr<terrace::WorkCounter>();
    objective =
        ROL::makePtr<terrace::CountedObjective<double>>(ROL::makePtr<terrace_test::Wells>(6, engine), work);
    point = terrace_test::randomVector(6, engine);
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Multilevel, ObjectiveConformance, ::testing::Types<Counted>);

} // namespace
