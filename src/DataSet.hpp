#pragma once

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/resnet/SampleSet.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>

#include <optional>
#include <string>

namespace terrace::program {

struct ModelDescription;

/// A data set file in the memory of the ranks.
struct DataSet {
  dataset::DatasetDescription description;
  resnet::SampleSet train;
  std::optional<resnet::SampleSet> test; ///< none if the file has no test samples

  /// "accuracy" (classification) or "error" (relative, in the L2 norm; regression).
  std::string metricName() const;
};

/// Reads the training samples that \p training selects and all test samples; collective.
/// \param model  whose normalisation is applied to the inputs and whose features and outputs must be the
/// file's; may
///               be null.
/// \param scalar precision of the sweeps over the samples.
/// \throws std::invalid_argument, the same on all ranks.
DataSet readDataSet(const std::string& file, const dataset::SampleSelection& training,
                    const ModelDescription* model, const Teuchos::RCP<const Teuchos::Comm<int>>& comm,
                    resnet::SweepScalar scalar = resnet::SweepScalar::Double);

} // namespace terrace::program
