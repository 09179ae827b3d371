// The example's transfer, vector and objective pass the suites that Terrace's own do.
#include "Bratu.hpp"
#include "Interpolation.hpp"
#include "MeshVector.hpp"

#include <terrace/conformance/ObjectiveConformance.hpp>
#include <terrace/conformance/TransferConformance.hpp>
#include <terrace/conformance/VectorConformance.hpp>

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

using namespace terrace::conformance;

namespace mesh {
namespace {

ROL::Ptr<const Grid> makeGrid(int intervals) {
  return ROL::makePtr<const Grid>(Tpetra::getDefaultComm(), intervals);
}

ROL::Ptr<MeshVector> makeFields(int intervals, double value = 0) {
  const auto grid = makeGrid(intervals);
  const auto fields = makeVector(*grid, massMetric(*grid));
  fields->setScalar(value);
  return fields;
}

struct Bilinear : TransferCase {
  Bilinear() : TransferCase{makeTransfer(*makeGrid(16), *makeGrid(8)), makeFields(16), makeFields(8)} {}
};
INSTANTIATE_TYPED_TEST_SUITE_P(Bratu, TransferConformance, ::testing::Types<Bilinear>);

struct Fields : VectorCase {
  Fields() : VectorCase{makeFields(8)} {}
};
INSTANTIATE_TYPED_TEST_SUITE_P(Bratu, VectorConformance, ::testing::Types<Fields>);

struct Energy : ObjectiveCase {
  Energy()
      : ObjectiveCase{ROL::makePtr<EnergyObjective<Bratu>>(makeGrid(8), Bratu{6.8}), makeFields(8, 0.5)} {}
};
INSTANTIATE_TYPED_TEST_SUITE_P(Bratu, ObjectiveConformance, ::testing::Types<Energy>);

} // namespace
} // namespace mesh

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
