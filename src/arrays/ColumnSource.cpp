#include "arrays/ColumnSource.hpp"

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

std::vector<std::size_t> allColumns(const ArrayReader& reader) {
  std::vector<std::size_t> columns(reader.columns());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

} // namespace

ColumnSource::ColumnSource(std::unique_ptr<ArrayReader> reader, std::string name,
                           std::vector<std::size_t> columns)
    : reader_(std::move(reader)), name_(std::move(name)),
      columns_(std::move(columns)), rowShape_{columns_.size()} {}

ColumnSource::ColumnSource(std::unique_ptr<ArrayReader> reader, std::string name)
    : reader_(std::move(reader)), name_(std::move(name)),
      columns_(allColumns(*reader_)), rowShape_{columns_.size()} {
  const auto& shape = reader_->shape();
  if (shape.size() > 2) rowShape_.assign(shape.begin() + 1, shape.end());
}

ColumnSource ColumnSource::channelsFirst(std::unique_ptr<ArrayReader> reader, std::string name) {
  const auto shape = reader->shape();
  if (shape.size() != 4)
    throw std::invalid_argument(name + ": is " + shapeText(shape) +
                                "; expected samples x height x width x channels (--channels-last).");
  const std::size_t channels = shape[3], pixels = shape[1] * shape[2];
  std::vector<std::size_t> columns;
  columns.reserve(channels * pixels);
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t p = 0; p < pixels; ++p) columns.push_back(p * channels + c);
  ColumnSource source(std::move(reader), std::move(name), std::move(columns));
  source.rowShape_ = {channels, shape[1], shape[2]};
  return source;
}

std::vector<double> ColumnSource::next(std::size_t count) {
  const auto block = reader_->next(count);
  const std::size_t width = reader_->columns();
  std::vector<double> values;
  values.reserve(count * columns_.size());
  for (std::size_t i = 0; i < count; ++i)
    for (const std::size_t column : columns_) {
      const double value = block[i * width + column];
      if (!std::isfinite(value))
        throw std::invalid_argument(name_ + ": row " + std::to_string(row_ + i) + ", column " +
                                    std::to_string(column) + " is NaN or infinite.");
      values.push_back(value);
    }
  row_ += count;
  return values;
}

} // namespace terrace::program
