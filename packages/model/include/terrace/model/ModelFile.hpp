#pragma once

#include <terrace/model/ModelDescription.hpp>

#include <string>
#include <vector>

namespace terrace::dataset {
class Hdf5File;
}

namespace terrace::model {

/// \name Model files, HDF5, by the calling process alone
///
/// - attribute `format`: 2; files without it have format 1;
/// - attributes `network` (XML), `task`, `features`, `outputs`, `classes`, `input_shape`: the network and its
/// data;
/// - if the data set has them, `input_names` and `class_names` or `target_names`, as in a data set;
/// - datasets `scaling/input_shift`, `scaling/input_scale`, `scaling/output_shift`, `scaling/output_scale`:
///   resnet::DataScaling, an entry a column;
/// - attribute `output_logarithm`: 1 if the network's outputs are logarithms, else it is missing;
/// - datasets `distance/center`, `distance/factor`, attributes `distance_usual`, `distance_largest`:
///   resnet::DataDistance; they may be missing;
/// - attributes `version`, `deck` (XML), `data_file`, `data_checksum`, `seed`, `training_samples`:
/// provenance;
/// - groups `layers/...`: the parameters (ModelArrays.hpp);
/// - groups `statistics/...`: with Normalization::GhostBatch what it predicts with, averages over the
///   sample groups of the training (ModelArrays.hpp, resnet::NormalizationStatistics);
///   missing in checkpoints.
///
/// Format 1 has the four scalings as attributes of the file, which HDF5 limits to 64 KB. In its oldest files
/// those of the outputs are missing: they are the identity.
/// @{

/// The highest format that readers know, and the one that writers write.
constexpr int modelFormat = 2;

/// Writes a file; an existing one is replaced only by a complete new one.
/// \param parameters  of the network, in the order of resnet::ParameterLayout.
/// \param shownAs     the file's name in messages, if it gets another later.
/// \throws std::runtime_error if it cannot be written; nothing is left then.
void writeModel(const std::string& file, const ModelDescription& model, const std::vector<double>& parameters,
                const std::string& shownAs = "");
/// Writes the same into an open file, which may hold more.
void writeModel(dataset::Hdf5File& file, const ModelDescription& model,
                const std::vector<double>& parameters);

/// \throws std::invalid_argument with one line that names the file and what is wrong with it, also for a
///         format that is not known.
ModelDescription readModelDescription(const std::string& file);
/// \overload
ModelDescription readModelDescription(const dataset::Hdf5File& file);

/// Reads the parameters of a network alone, in the order of resnet::ParameterLayout.
/// \throws std::invalid_argument as readLayers() does.
std::vector<double> readModelParameters(const std::string& file, const resnet::Network& network);
/// @}

} // namespace terrace::model
