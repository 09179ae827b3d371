#include "detail/DatasetAttributes.hpp"
#include "detail/DatasetChecks.hpp"
#include "detail/Hdf5Support.hpp"

#include <terrace/dataset/DatasetWriter.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace terrace::dataset {
namespace {

using detail::Hdf5Id;

std::size_t bytesOf(const Split& split, bool classification, bool jacobians) {
  const auto features = static_cast<std::size_t>(split.features),
             outputs = static_cast<std::size_t>(split.outputs),
             directions = static_cast<std::size_t>(split.directions);
  const std::size_t numbers = features + (classification ? 0 : outputs) + directions * (features + outputs) +
                              (jacobians ? features * outputs : 0);
  return split.samples * (numbers * sizeof(double) + (classification ? sizeof(int) : 0));
}

} // namespace

DatasetWriter::DatasetWriter(const std::string& path, const Dataset& description, bool jacobians)
    : path_(path), partial_(path), classes_(description.classes), jacobians_(jacobians) {
  requireRoom(description);
  makeFile(description);
  file_ = open(partial_.path().c_str(), O_WRONLY | O_CLOEXEC);
  if (file_ < 0) throw std::runtime_error(path_ + ": cannot be written (" + std::strerror(errno) + ").");
  const auto size = static_cast<off_t>(std::filesystem::file_size(partial_.path()));
  if (const int failure = posix_fallocate(file_, 0, size); failure != 0 && failure != EOPNOTSUPP)
    throw std::invalid_argument(path_ + ": cannot have its " + std::to_string(size) + " bytes (" +
                                std::strerror(failure) + ").");
}

DatasetWriter::~DatasetWriter() {
  if (file_ >= 0) close(file_);
}

void DatasetWriter::requireRoom(const Dataset& description) const {
  const bool classification = description.task == Task::Classification;
  constexpr std::size_t others = std::size_t{1} << 20U;
  const std::size_t needed = bytesOf(description.train, classification, jacobians_) +
                             bytesOf(description.test, classification, jacobians_) + others;
  std::error_code failure;
  const auto space = std::filesystem::space(std::filesystem::absolute(path_).parent_path(), failure);
  if (!failure && space.available < needed)
    throw std::invalid_argument(path_ + ": needs " + std::to_string(needed >> 20U) + " MiB; the disk has " +
                                std::to_string(space.available >> 20U) + " MiB.");
}

void DatasetWriter::makeFile(const Dataset& description) {
  const auto fail = [this] {
    throw std::runtime_error(path_ + ": cannot be created" + detail::systemReason() + ".");
  };
  {
    Hdf5File attributes = Hdf5File::create(partial_.path(), path_);
    detail::writeAttributes(attributes, description);
    attributes.close();
  }
  const Hdf5Id file(H5Fopen(partial_.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) fail();
  const Hdf5Id properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose),
      parents(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(parents, 1);
  H5Pset_obj_track_times(properties, 0);
  H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER);
  const auto make = [&](const std::string& name, hid_t type, const std::vector<std::size_t>& shape) {
    const Hdf5Id space = detail::makeSpace(shape);
    const Hdf5Id dataset(H5Dcreate2(file, name.c_str(), type, space, parents, properties, H5P_DEFAULT),
                         H5Dclose);
    if (!dataset.valid()) fail();
    return Column{H5Dget_offset(dataset), detail::productOf(shape)};
  };
  const auto makeSplit = [&](const std::string& name, const Split& split) {
    Columns columns;
    columns.inputs =
        make(name + "/inputs", H5T_NATIVE_DOUBLE, {split.samples, static_cast<std::size_t>(split.features)});
    if (description.task == Task::Classification) {
      columns.labels = make(name + "/labels", H5T_NATIVE_INT, {split.samples});
    } else {
      columns.targets = make(name + "/targets", H5T_NATIVE_DOUBLE,
                             {split.samples, static_cast<std::size_t>(split.outputs)});
    }
    const auto features = static_cast<std::size_t>(split.features),
               outputs = static_cast<std::size_t>(split.outputs),
               directions = static_cast<std::size_t>(split.directions);
    const auto makeArray = [&](const char* object, std::size_t middle, std::size_t last) {
      return make(name + object, H5T_NATIVE_DOUBLE, {split.samples, middle, last});
    };
    if (jacobians_) columns.jacobians = makeArray("/jacobians", outputs, features);
    if (directions > 0) {
      columns.directions = makeArray("/directions", directions, features);
      columns.derivatives = makeArray("/derivatives", directions, outputs);
    }
    return columns;
  };
  train_ = makeSplit("train", description.train);
  if (description.test.samples > 0) test_ = makeSplit("test", description.test);
}

void DatasetWriter::requireValid(const std::string& split, const Split& samples, std::size_t firstRow) const {
  const auto reject = [&](const std::string& object, const std::string& complaint) {
    throw std::invalid_argument(path_ + ": " + split + "/" + object + ": " + complaint + ".");
  };
  const auto requireFinite = [&](const std::string& object, const std::vector<double>& values, int columns) {
    const auto bad = detail::findNonFinite(values, static_cast<std::int64_t>(firstRow) * columns);
    if (bad.count > 0)
      reject(object, "row " + std::to_string(bad.first / columns) + ", column " +
                         std::to_string(bad.first % columns) + " is NaN or infinite");
  };
  requireFinite("inputs", samples.inputs, samples.features);
  if (samples.outputs > 0) requireFinite("targets", samples.targets, samples.outputs);
  requireFinite("jacobians", samples.jacobians, std::max(1, samples.outputs * samples.features));
  requireFinite("directions", samples.directionRows, std::max(1, samples.directions * samples.features));
  requireFinite("derivatives", samples.derivatives, std::max(1, samples.directions * samples.outputs));
  for (std::size_t i = 0; i < samples.labels.size(); ++i)
    if (samples.labels[i] < 0 || samples.labels[i] >= classes_)
      reject("labels", "row " + std::to_string(firstRow + i) + " has the label " +
                           std::to_string(samples.labels[i]) + "; expected 0.." +
                           std::to_string(classes_ - 1));
}

void DatasetWriter::append(const std::string& split, const Split& samples) {
  Columns& columns = split == "test" ? test_ : train_;
  requireValid(split, samples, columns.row);
  write(columns.inputs, samples.inputs.data(), samples.inputs.size(), sizeof(double));
  write(columns.labels, samples.labels.data(), samples.labels.size(), sizeof(int));
  for (const auto& [column, values] :
       {std::pair(&columns.targets, &samples.targets), std::pair(&columns.jacobians, &samples.jacobians),
        std::pair(&columns.directions, &samples.directionRows),
        std::pair(&columns.derivatives, &samples.derivatives)})
    write(*column, values->data(), values->size(), sizeof(double));
  columns.row += samples.samples;
}

void DatasetWriter::write(Column& column, const void* values, std::size_t count, std::size_t size) {
  if (count > column.values) throw std::logic_error(path_ + ": more samples than were announced.");
  const char* bytes = static_cast<const char*>(values);
  for (std::size_t left = count * size; left > 0;) {
    const ssize_t written = pwrite(file_, bytes, left, static_cast<off_t>(column.offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw std::runtime_error(path_ + ": cannot be written (" + std::strerror(errno) + ").");
    bytes += written;
    left -= static_cast<std::size_t>(written);
    column.offset += static_cast<std::uint64_t>(written);
  }
  column.values -= count;
}

void DatasetWriter::commit() {
  for (const Columns* columns : {&train_, &test_})
    if (columns->inputs.values + columns->labels.values + columns->targets.values +
            columns->jacobians.values + columns->directions.values + columns->derivatives.values >
        0)
      throw std::logic_error(path_ + ": fewer samples than were announced.");
  const int file = file_;
  file_ = -1;
  if (close(file) != 0)
    throw std::runtime_error(path_ + ": cannot be written (" + std::strerror(errno) + ").");
  partial_.commit();
}

} // namespace terrace::dataset
