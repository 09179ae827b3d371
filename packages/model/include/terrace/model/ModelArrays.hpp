#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>

#include <string>
#include <vector>

namespace terrace::dataset {
class Hdf5File;
}

namespace terrace::model {

/// \name The numbers of a model file, by the calling process alone
///
/// Groups `layers/lift`, `layers/block_0000`, ..., `layers/output`, each with the arrays it has: `W` (outputs
/// x inputs of the layer) and `b`; attributes `input_shift`, `input_scale`, `output_shift`, `output_scale`,
/// and `output_logarithm` = 1 if the network's outputs are logarithms.
/// What is wrong with a file is a std::invalid_argument of one line that names the file and the array.
/// @{

/// Writes one array for each of the network's.
/// \param values  in the order of resnet::ParameterLayout.
void writeLayers(dataset::Hdf5File& file, const resnet::Network& network, const std::vector<double>& values);

/// The arrays in the order of resnet::ParameterLayout; all finite, of the network's shapes, none too many.
std::vector<double> readLayers(const dataset::Hdf5File& file, const resnet::Network& network);

/// \param side  "input" or "output".
void writeScaling(dataset::Hdf5File& file, const std::string& side, const resnet::DataScaling& normalization);

/// The identity if the file has none for outputs (files of version 0.1.0 before regression).
resnet::DataScaling readScaling(const dataset::Hdf5File& file, const std::string& side, int columns);

/// An attribute that every model file has.
/// \throws std::invalid_argument if it is missing.
template <class T>
T requiredAttribute(const dataset::Hdf5File& file, const std::string& name);

/// The same, an integer of 1 or more.
int positiveAttribute(const dataset::Hdf5File& file, const std::string& name);
/// @}

} // namespace terrace::model
