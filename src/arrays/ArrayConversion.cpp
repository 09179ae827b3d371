#include "arrays/ArrayConversion.hpp"

#include "Version.hpp"
#include "arrays/ArrayFile.hpp"

#include <terrace/dataset/DatasetWriter.hpp>
#include <terrace/dataset/SampleOrder.hpp>
#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using dataset::Dataset;
using dataset::Split;
using dataset::TableConversion;
using dataset::Task;

bool isNpyFile(const std::string& name) {
  return name.size() > 4 && name.substr(name.size() - 4) == ".npy";
}

// A number from 1 as an index; `none` if the text is no such number.
constexpr std::size_t none = static_cast<std::size_t>(-1);
std::size_t indexOf(const std::string& text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number - 1 : none;
}

// Columns of a matrix in a file, read block by block.
class ColumnSource {
public:
  ColumnSource(std::unique_ptr<ArrayReader> reader, std::string name, std::vector<std::size_t> columns)
      : reader_(std::move(reader)), name_(std::move(name)), columns_(std::move(columns)) {}

  std::size_t rows() const { return reader_->rows(); }
  std::size_t columns() const { return columns_.size(); }
  const std::string& name() const { return name_; }

  // The next rows, checked.
  std::vector<double> next(std::size_t count) {
    const auto block = reader_->next(count);
    std::vector<double> values;
    values.reserve(count * columns_.size());
    for (std::size_t i = 0; i < count; ++i)
      for (const std::size_t column : columns_) {
        const double value = block[i * reader_->columns() + column];
        if (!std::isfinite(value))
          throw std::invalid_argument(name_ + ": row " + std::to_string(row_ + i) + ", column " +
                                      std::to_string(column) + " is NaN or infinite.");
        values.push_back(value);
      }
    row_ += count;
    return values;
  }

private:
  std::unique_ptr<ArrayReader> reader_;
  std::string name_; // file and array, for messages
  std::vector<std::size_t> columns_;
  std::size_t row_ = 0;
};

// Finds the arrays and columns of one file that a conversion asks for.
class ArrayChoice {
public:
  ArrayChoice(const std::string& path, const TableConversion& conversion)
      : path_(path), conversion_(conversion), file_(ArrayFile::open(path)) {
    if (!file_)
      throw std::invalid_argument(path + ": is not a file of arrays, as " + conversion.table + " is.");
    matrix_ = inputArray();
  }

  const ArrayFile& file() const { return *file_; }

  ColumnSource label() const { return source({conversion_.label}); }
  ColumnSource targets() const { return source(conversion_.targets); }

  // An array of derivatives with so many numbers a sample (0: any), in C order.
  ColumnSource derivatives(const std::string& name, std::size_t length) const {
    const auto other = isArray(name) ? nullptr : isNpyFile(name) ? ArrayFile::open(name) : nullptr;
    if (!isArray(name) && !other)
      throw std::invalid_argument(path_ + ": has no array \"" + name + "\" of derivatives.");
    auto reader = other ? other->array("", 3) : file_->array(name, 3);
    std::vector<std::size_t> columns(reader->columns());
    const std::size_t middle = std::max<std::size_t>(1, reader->middle());
    const std::size_t last = columns.size() / middle;
    for (std::size_t c = 0; c < columns.size(); ++c)
      columns[c] = middle == 1 ? c : c / last + middle * (c % last);
    if (length > 0 && columns.size() != length)
      throw std::invalid_argument((other ? name : shown(name)) + ": has " + std::to_string(columns.size()) +
                                  " numbers a sample; expected " + std::to_string(length) + ".");
    return {std::move(reader), other ? name : shown(name), std::move(columns)};
  }

  ColumnSource inputs() const {
    const bool isNamed = conversion_.inputs.size() == 1 && isArray(conversion_.inputs.front());
    if (!conversion_.inputs.empty() && !isNamed) return columnsOfMatrix(conversion_.inputs);
    auto reader = file_->array(matrix_);
    std::vector<std::size_t> columns;
    for (std::size_t column = 0; column < reader->columns(); ++column)
      if (!isUsed(column)) columns.push_back(column);
    if (columns.empty()) throw std::invalid_argument(path_ + ": no column is left for inputs.");
    return {std::move(reader), shown(matrix_), std::move(columns)};
  }

private:
  bool isArray(const std::string& name) const {
    const auto names = file_->names();
    return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
  }

  std::string shown(const std::string& array) const { return path_ + (array.empty() ? "" : ": " + array); }

  // Whether a column of the matrix is a label or a target.
  bool isUsed(std::size_t column) const {
    const auto names = [&](const std::string& text) {
      return !isArray(text) && !isNpyFile(text) && indexOf(text) == column;
    };
    return names(conversion_.label) ||
           std::any_of(conversion_.targets.begin(), conversion_.targets.end(), names);
  }

  // The matrix of the inputs: named, or the only array that is nothing else.
  std::string inputArray() const {
    if (conversion_.inputs.size() == 1 && isArray(conversion_.inputs.front()))
      return conversion_.inputs.front();
    std::vector<std::string> left;
    const auto isOther = [&](const std::string& name) {
      return name == conversion_.label || name == conversion_.jacobians || name == conversion_.directions ||
             name == conversion_.derivatives;
    };
    for (const auto& name : file_->names())
      if (name.empty() || (!isOther(name) && std::find(conversion_.targets.begin(), conversion_.targets.end(),
                                                       name) == conversion_.targets.end()))
        left.push_back(name);
    if (left.size() == 1) return left.front();
    std::string names;
    for (const auto& name : file_->names()) names += (names.empty() ? "" : ", ") + name;
    throw std::invalid_argument(path_ + ": is " + file_->kind() + " with the arrays " + names +
                                "; name one for --inputs, and one for --label or --targets.");
  }

  ColumnSource columnsOfMatrix(const std::vector<std::string>& numbers) const {
    auto reader = file_->array(matrix_);
    std::vector<std::size_t> columns;
    for (const auto& text : numbers) {
      const std::size_t column = indexOf(text);
      if (column >= reader->columns())
        throw std::invalid_argument(shown(matrix_) + ": has no array and no column \"" + text +
                                    "\"; expected a number in 1.." + std::to_string(reader->columns()) + ".");
      columns.push_back(column);
    }
    return {std::move(reader), shown(matrix_), std::move(columns)};
  }

  ColumnSource source(const std::vector<std::string>& names) const {
    if (names.size() != 1 || (!isArray(names.front()) && !isNpyFile(names.front())))
      return columnsOfMatrix(names);
    const std::string& name = names.front();
    const auto other = isArray(name) ? nullptr : ArrayFile::open(name);
    if (!isArray(name) && !other) throw std::invalid_argument(name + ": is not a NumPy array.");
    auto reader = other ? other->array("") : file_->array(name);
    std::vector<std::size_t> columns(reader->columns());
    for (std::size_t column = 0; column < columns.size(); ++column) columns[column] = column;
    return {std::move(reader), other ? name : shown(name), std::move(columns)};
  }

  std::string path_;
  const TableConversion& conversion_;
  std::unique_ptr<ArrayFile> file_;
  std::string matrix_;
};

void requireRows(const ColumnSource& source, const ColumnSource& inputs) {
  if (source.rows() != inputs.rows())
    throw std::invalid_argument(source.name() + ": has " + std::to_string(source.rows()) + " rows; " +
                                inputs.name() + " has " + std::to_string(inputs.rows()) + ".");
}

std::vector<double> labelValues(ColumnSource source) {
  if (source.columns() != 1)
    throw std::invalid_argument(source.name() + ": has " + std::to_string(source.columns()) +
                                " columns; expected one label a sample.");
  auto values = source.next(source.rows());
  const auto broken =
      std::find_if(values.begin(), values.end(), [](double value) { return value != std::floor(value); });
  if (broken != values.end())
    throw std::invalid_argument(source.name() + ": row " + std::to_string(broken - values.begin()) +
                                " has the label " + shortestText(*broken) +
                                "; expected whole numbers (for regression: --targets).");
  return values;
}

std::vector<int> labelsOf(const std::vector<double>& values, const std::vector<double>& classes,
                          const std::string& name) {
  std::vector<int> labels;
  for (const double value : values) {
    const auto found = std::lower_bound(classes.begin(), classes.end(), value);
    if (found == classes.end() || *found != value)
      throw std::invalid_argument(name + ": row " + std::to_string(labels.size()) + " has the label " +
                                  shortestText(value) + ", which no training sample has.");
    labels.push_back(static_cast<int>(found - classes.begin()));
  }
  return labels;
}

// The whole conversion, in the order of its steps.
class Conversion {
public:
  Conversion(const TableConversion& conversion, std::vector<std::string>& decisions)
      : conversion_(conversion), decisions_(decisions), choice_(conversion.table, conversion),
        isClassification_(!conversion.label.empty()) {}

  void run(const std::string& output, const std::string& description, const RowProgress& progress) {
    data_.description = description;
    data_.provenance["program"] = std::string("terrace ") + version;
    data_.task = isClassification_ ? Task::Classification : Task::Regression;
    describeTraining();
    if (!conversion_.testTable.empty()) describeTest();
    if (conversion_.testShare > 0) drawTest();
    dataset::DatasetWriter writer(output, data_, !conversion_.jacobians.empty());
    copy(writer, choice_, labels_, "train", progress);
    if (test_) copy(writer, *test_, testLabels_, "test", progress);
    writer.commit();
  }

private:
  void describeTraining() {
    const auto inputs = choice_.inputs();
    decisions_.push_back(choice_.file().kind() + "; inputs: " + inputs.name() + ", " +
                         std::to_string(inputs.rows()) + " x " + std::to_string(inputs.columns()));
    if (inputs.rows() == 0) throw std::invalid_argument(inputs.name() + ": has no rows.");
    data_.train.samples = inputs.rows();
    data_.train.features = data_.test.features = static_cast<int>(inputs.columns());
    data_.inputShape = {data_.train.features};
    if (isClassification_) {
      auto label = choice_.label();
      requireRows(label, inputs);
      const std::string name = label.name();
      numberClasses(labelValues(std::move(label)), name);
    } else {
      const auto targets = choice_.targets();
      requireRows(targets, inputs);
      data_.train.outputs = data_.test.outputs = static_cast<int>(targets.columns());
      describeDerivatives(choice_, inputs);
    }
  }

  // Checks the arrays of derivatives, and counts the directions.
  void describeDerivatives(const ArrayChoice& choice, const ColumnSource& inputs) {
    const auto outputs = static_cast<std::size_t>(data_.train.outputs);
    if (!conversion_.jacobians.empty())
      requireRows(choice.derivatives(conversion_.jacobians, outputs * inputs.columns()), inputs);
    if (conversion_.directions.empty()) return;
    const auto directions = choice.derivatives(conversion_.directions, 0);
    requireRows(directions, inputs);
    const std::size_t count = directions.columns() / inputs.columns();
    if (count == 0 || directions.columns() != count * inputs.columns())
      throw std::invalid_argument(directions.name() + ": has " + std::to_string(directions.columns()) +
                                  " numbers a sample; expected a multiple of the " +
                                  std::to_string(inputs.columns()) + " inputs.");
    data_.train.directions = data_.test.directions = static_cast<int>(count);
    requireRows(choice.derivatives(conversion_.derivatives, count * outputs), inputs);
  }

  void numberClasses(const std::vector<double>& values, const std::string& name) {
    const std::set<double> different(values.begin(), values.end());
    classes_.assign(different.begin(), different.end());
    if (classes_.size() < 2)
      throw std::invalid_argument(name + ": has only the class " + shortestText(classes_.front()) +
                                  "; expected at least two.");
    data_.classes = static_cast<int>(classes_.size());
    labels_ = labelsOf(values, classes_, name);
    if (classes_.front() == 0 && classes_.back() == static_cast<double>(classes_.size() - 1)) return;
    std::vector<std::string> names;
    for (const double value : classes_) names.push_back(shortestText(value));
    data_.provenance["class_names"] = names;
    decisions_.push_back("the labels " + names.front() + " to " + names.back() + " are classes 0 to " +
                         std::to_string(classes_.size() - 1) + " and keep their names");
  }

  void describeTest() {
    test_ = std::make_unique<ArrayChoice>(conversion_.testTable, conversion_);
    const auto inputs = test_->inputs();
    if (static_cast<int>(inputs.columns()) != data_.train.features)
      throw std::invalid_argument(inputs.name() + ": has " + std::to_string(inputs.columns()) + " inputs; " +
                                  conversion_.table + " has " + std::to_string(data_.train.features) + ".");
    data_.test.samples = inputs.rows();
    if (isClassification_) {
      auto label = test_->label();
      requireRows(label, inputs);
      const std::string name = label.name();
      testLabels_ = labelsOf(labelValues(std::move(label)), classes_, name);
    } else {
      requireRows(test_->targets(), inputs);
      describeDerivatives(*test_, inputs);
    }
  }

  void drawTest() {
    const std::size_t all = data_.train.samples;
    const auto wanted =
        static_cast<std::size_t>(std::llround(conversion_.testShare * static_cast<double>(all)));
    if (wanted == 0 || wanted == all)
      throw std::invalid_argument("A test share of " + shortestText(conversion_.testShare) + " of " +
                                  std::to_string(all) + " samples leaves no " +
                                  (wanted == 0 ? "test" : "training") + " samples.");
    isTest_.assign(all, false);
    for (const auto row : isClassification_ ? dataset::sampleOrder(labels_, conversion_.seed, wanted)
                                            : dataset::sampleOrder(all, conversion_.seed, wanted))
      isTest_[static_cast<std::size_t>(row)] = true;
    data_.train.samples = all - wanted;
    data_.test.samples = wanted;
  }

  // The numbers of a block of samples.
  struct Rows {
    std::vector<double> inputs, targets, jacobians, directions, derivatives;
  };

  void copy(dataset::DatasetWriter& writer, const ArrayChoice& choice, const std::vector<int>& labels,
            const std::string& split, const RowProgress& progress) {
    auto inputs = choice.inputs();
    auto targets = isClassification_ ? nullptr : std::make_unique<ColumnSource>(choice.targets());
    const auto derivatives = [&](const std::string& name) {
      return name.empty() ? nullptr : std::make_unique<ColumnSource>(choice.derivatives(name, 0));
    };
    const auto jacobians = derivatives(conversion_.jacobians),
               directions = derivatives(conversion_.directions), along = derivatives(conversion_.derivatives);
    constexpr std::size_t valuesTogether = std::size_t{1} << 21U; // 16 MiB
    const std::size_t together = std::max<std::size_t>(1, valuesTogether / inputs.columns());
    for (std::size_t row = 0; row < inputs.rows(); row += together) {
      const std::size_t count = std::min(together, inputs.rows() - row);
      const auto nextOf = [count](const auto& source) {
        return source ? source->next(count) : std::vector<double>();
      };
      const Rows rows{inputs.next(count), nextOf(targets), nextOf(jacobians), nextOf(directions),
                      nextOf(along)};
      Split first = emptySplit(), second = emptySplit();
      for (std::size_t i = 0; i < count; ++i)
        appendRow(!isTest_.empty() && split == "train" && isTest_[row + i] ? second : first, rows, i,
                  labels.empty() ? 0 : labels[row + i]);
      if (first.samples > 0) writer.append(split, first);
      if (second.samples > 0) writer.append("test", second);
      progress(row + count, inputs.rows());
    }
  }

  Split emptySplit() const {
    Split split;
    split.features = data_.train.features;
    split.outputs = data_.train.outputs;
    split.directions = data_.train.directions;
    return split;
  }

  void appendRow(Split& to, const Rows& rows, std::size_t row, int label) const {
    const auto part = [row](std::vector<double>& target, const std::vector<double>& values, int columns) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row) * columns;
      target.insert(target.end(), begin, begin + columns);
    };
    ++to.samples;
    part(to.inputs, rows.inputs, to.features);
    if (isClassification_) {
      to.labels.push_back(label);
    } else {
      part(to.targets, rows.targets, to.outputs);
      if (!rows.jacobians.empty()) part(to.jacobians, rows.jacobians, to.outputs * to.features);
      if (to.directions == 0) return;
      part(to.directionRows, rows.directions, to.directions * to.features);
      part(to.derivatives, rows.derivatives, to.directions * to.outputs);
    }
  }

  const TableConversion& conversion_;
  std::vector<std::string>& decisions_;
  ArrayChoice choice_;
  std::unique_ptr<ArrayChoice> test_;
  bool isClassification_;
  Dataset data_;                // without samples
  std::vector<double> classes_; // values of the labels, in order
  std::vector<int> labels_, testLabels_;
  std::vector<bool> isTest_; // drawn from the training samples
};

} // namespace

bool hasArrays(const std::string& file) {
  return ArrayFile::open(file) != nullptr;
}

void convertArrays(const TableConversion& conversion, const std::string& output,
                   const std::string& description, std::vector<std::string>& decisions,
                   const RowProgress& progress) {
  Conversion(conversion, decisions).run(output, description, progress);
}

std::vector<double> arrayInputs(const TableConversion& conversion, std::size_t& features,
                                std::vector<std::string>& decisions) {
  const ArrayChoice choice(conversion.table, conversion);
  auto inputs = choice.inputs();
  features = inputs.columns();
  decisions.push_back(choice.file().kind() + "; inputs: " + inputs.name());
  return inputs.next(inputs.rows());
}

} // namespace terrace::program
