#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/NormalizationStatistics.hpp>

#include <vector>

namespace terrace::dataset {
class Hdf5File;
}

namespace terrace::model {

/// \name One number for each parameter of a network, as arrays of an HDF5 file
///
/// Parameters or derivatives by them. Groups `layers/lift`, `layers/block_0000`, ..., `layers/output` hold
/// the arrays that the layer has: `W` (outputs x inputs of the layer) and `b`. With several stages the blocks
/// are in `layers/stage_1/block_0000`, ..., and from the second on a stage has its `transition`. For the
/// calling process alone.
/// @{

/// \param values  in the order of resnet::ParameterLayout.
void writeLayers(dataset::Hdf5File& file, const resnet::Network& network, const std::vector<double>& values);

/// \returns the numbers in the order of resnet::ParameterLayout.
/// \throws std::invalid_argument with one line that names the file and the array: an array is missing, has
///         another shape than the network's or a value that is not finite, or the network has no such layer.
std::vector<double> readLayers(const dataset::Hdf5File& file, const resnet::Network& network);

/// Groups `statistics/stage_1/block_0000`, ... hold mean and variance of each channel that a layer
/// normalises, by the name of its weight: `W_mean`, `W_variance`, ... Writes nothing where there are none.
void writeStatistics(dataset::Hdf5File& file, const resnet::Network& network,
                     const resnet::NormalizationStatistics& statistics);

/// \returns the statistics of a network, empty if it needs none or the file has none.
/// \throws std::invalid_argument as readLayers() does, and if a variance is negative.
resnet::NormalizationStatistics readStatistics(const dataset::Hdf5File& file, const resnet::Network& network);
/// @}

} // namespace terrace::model
