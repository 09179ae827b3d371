#include "arrays/ArrayConversion.hpp"

#include "Version.hpp"
#include "arrays/ArrayChoice.hpp"
#include "arrays/ClassValues.hpp"

#include <terrace/dataset/DatasetWriter.hpp>
#include <terrace/dataset/SampleOrder.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using dataset::Dataset;
using dataset::Split;
using dataset::TableConversion;
using dataset::Task;

int featuresOf(const ColumnSource& inputs) {
  if (inputs.columns() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::invalid_argument(inputs.name() + ": has " + std::to_string(inputs.columns()) +
                                " numbers a sample; expected at most " +
                                std::to_string(std::numeric_limits<int>::max()) + ".");
  return static_cast<int>(inputs.columns());
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
                         shapeText({inputs.rows()}) + " x " + shapeText(inputs.rowShape()));
    if (inputs.rows() == 0) throw std::invalid_argument(inputs.name() + ": has no rows.");
    data_.train.samples = inputs.rows();
    data_.train.features = data_.test.features = featuresOf(inputs);
    const auto shape = inputs.rowShape();
    data_.inputShape.assign(shape.begin(), shape.end());
    if (isClassification_) {
      auto label = choice_.label(inputs);
      numberClasses(label.next(label.rows()), label.name());
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
    classes_.emplace(values, name);
    data_.classes = classes_->size();
    labels_ = classes_->labelsOf(values, name);
    const auto names = classes_->names();
    if (names.empty()) return;
    data_.provenance["class_names"] = names;
    decisions_.push_back("the labels " + names.front() + " to " + names.back() + " are classes 0 to " +
                         std::to_string(names.size() - 1) + " and keep their names");
  }

  void describeTest() {
    test_ = std::make_unique<ArrayChoice>(conversion_.testTable, conversion_);
    const auto inputs = test_->inputs();
    const std::vector<std::size_t> expected(data_.inputShape.begin(), data_.inputShape.end());
    if (inputs.rowShape() != expected)
      throw std::invalid_argument(inputs.name() + ": has " + shapeText(inputs.rowShape()) + " inputs; " +
                                  conversion_.table + " has " + shapeText(expected) + ".");
    data_.test.samples = inputs.rows();
    if (isClassification_) {
      auto label = test_->label(inputs);
      testLabels_ = classes_->labelsOf(label.next(label.rows()), label.name());
    } else {
      requireRows(test_->targets(), inputs);
      describeDerivatives(*test_, inputs);
    }
  }

  void drawTest() {
    const std::size_t all = data_.train.samples;
    isTest_ = dataset::drawTestSamples(all, labels_, conversion_.testShare, conversion_.seed);
    data_.test.samples = static_cast<std::size_t>(std::count(isTest_.begin(), isTest_.end(), true));
    data_.train.samples = all - data_.test.samples;
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
  Dataset data_; // without samples
  std::optional<ClassValues> classes_;
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
