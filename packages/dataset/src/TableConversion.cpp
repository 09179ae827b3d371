#include <terrace/dataset/SampleOrder.hpp>
#include <terrace/dataset/TableConversion.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace terrace::dataset {
namespace {

struct Columns {
  std::vector<std::size_t> inputs;
  std::vector<std::size_t> targets;
  std::vector<std::size_t> label; ///< one or none
};

/// A split whose classes are still texts.
struct Rows {
  Split split;
  std::vector<std::string> classes;
  std::vector<std::string> inputNames;
  std::vector<std::string> targetNames;
};

template <class Integer>
bool parseInteger(const std::string& text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return text + (names.size() > most ? ", ..." : "");
}

// A name, or else a number from 1.
std::size_t columnOf(const TextTable& table, const std::string& column) {
  const auto& names = table.names();
  const auto found = std::find(names.begin(), names.end(), column);
  if (found != names.end() && std::find(found + 1, names.end(), column) != names.end())
    throw std::invalid_argument(table.path() + ": line 1: two columns are called \"" + column +
                                "\"; name it by its number.");
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::size_t number = 0;
  if (parseInteger(column, number) && number >= 1 && number <= table.columns()) return number - 1;
  throw std::invalid_argument(table.path() + ": has no column \"" + column + "\"; expected " +
                              (names.empty() ? "" : "one of " + joined(names) + ", or ") + "a number in 1.." +
                              std::to_string(table.columns()) + ".");
}

Columns chooseColumns(const TextTable& table, const TableConversion& conversion) {
  Columns columns;
  std::vector<bool> isUsed(table.columns(), false);
  const auto choose = [&](const std::string& name, std::vector<std::size_t>& chosen) {
    const std::size_t column = columnOf(table, name);
    if (isUsed[column])
      throw std::invalid_argument(table.path() + ": column \"" + name + "\" is asked for twice.");
    isUsed[column] = true;
    chosen.push_back(column);
  };
  if (!conversion.label.empty()) choose(conversion.label, columns.label);
  for (const auto& name : conversion.targets) choose(name, columns.targets);
  for (const auto& name : conversion.inputs) choose(name, columns.inputs);
  if (conversion.inputs.empty())
    for (std::size_t column = 0; column < table.columns(); ++column)
      if (!isUsed[column]) columns.inputs.push_back(column);
  if (columns.inputs.empty()) throw std::invalid_argument(table.path() + ": no column is left for inputs.");
  return columns;
}

std::vector<std::string> namesOf(const TextTable& table, const std::vector<std::size_t>& columns) {
  std::vector<std::string> names;
  if (table.names().empty()) return names;
  for (const std::size_t column : columns) names.push_back(table.names()[column]);
  return names;
}

// `known`: the classes that labels may have; null: any.
Rows readRows(const std::string& path, const TableConversion& conversion,
              const std::vector<std::string>* known = nullptr) {
  TextTable table(path, conversion.delimiter, conversion.header);
  const Columns columns = chooseColumns(table, conversion);
  Rows rows;
  rows.inputNames = namesOf(table, columns.inputs);
  rows.targetNames = namesOf(table, columns.targets);
  while (table.next()) {
    ++rows.split.samples;
    for (const std::size_t column : columns.inputs) rows.split.inputs.push_back(table.number(column));
    for (const std::size_t column : columns.targets) rows.split.targets.push_back(table.number(column));
    for (const std::size_t column : columns.label) {
      const std::string& name = table.text(column);
      if (name.empty()) table.reject(column, "is empty; expected a class");
      if (known != nullptr && std::find(known->begin(), known->end(), name) == known->end())
        table.reject(column, '"' + name + "\" is no class of " + conversion.table + "; expected one of " +
                                 joined(*known));
      rows.classes.push_back(name);
    }
  }
  if (rows.split.samples == 0) throw std::invalid_argument(path + ": has no rows.");
  rows.split.features = static_cast<int>(columns.inputs.size());
  rows.split.outputs = static_cast<int>(columns.targets.size());
  return rows;
}

std::vector<std::string> classNames(const std::vector<std::string>& texts) {
  std::vector<std::string> names(texts);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<std::pair<std::int64_t, std::string>> numbered;
  for (const auto& name : names) {
    std::int64_t number = 0;
    if (!parseInteger(name, number)) return names;
    numbered.emplace_back(number, name);
  }
  std::sort(numbered.begin(), numbered.end());
  std::transform(numbered.begin(), numbered.end(), names.begin(),
                 [](const auto& pair) { return pair.second; });
  return names;
}

void setLabels(Rows& rows, const std::vector<std::string>& names) {
  std::map<std::string, int> classOf;
  for (std::size_t i = 0; i < names.size(); ++i) classOf[names[i]] = static_cast<int>(i);
  for (const auto& name : rows.classes) rows.split.labels.push_back(classOf.at(name));
}

template <class T>
void appendRow(std::vector<T>& to, const std::vector<T>& from, std::size_t row, int columns) {
  const auto first = from.begin() + static_cast<std::ptrdiff_t>(row) * columns;
  to.insert(to.end(), first, first + columns);
}

Split pick(const Split& all, const std::vector<std::int64_t>& rows) {
  Split split;
  split.samples = rows.size();
  split.features = all.features;
  split.outputs = all.outputs;
  for (const std::int64_t index : rows) {
    const auto row = static_cast<std::size_t>(index);
    appendRow(split.inputs, all.inputs, row, all.features);
    if (!all.labels.empty()) appendRow(split.labels, all.labels, row, 1);
    appendRow(split.targets, all.targets, row, all.outputs);
  }
  return split;
}

void splitOff(Dataset& data, double share, std::uint64_t seed) {
  const Split all = std::move(data.train);
  const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(all.samples)));
  if (wanted == 0 || wanted == all.samples)
    throw std::invalid_argument("A test share of " + std::to_string(share) + " of " +
                                std::to_string(all.samples) + " samples leaves no " +
                                (wanted == 0 ? "test" : "training") + " samples.");
  auto test =
      all.labels.empty() ? sampleOrder(all.samples, seed, wanted) : sampleOrder(all.labels, seed, wanted);
  std::sort(test.begin(), test.end());
  std::vector<std::int64_t> every(all.samples), train;
  std::iota(every.begin(), every.end(), std::int64_t{0});
  std::set_difference(every.begin(), every.end(), test.begin(), test.end(), std::back_inserter(train));
  data.train = pick(all, train);
  data.test = pick(all, test);
}

} // namespace

Dataset convertTable(const TableConversion& conversion) {
  if (conversion.label.empty() == conversion.targets.empty())
    throw std::invalid_argument("Either a label column or target columns are needed to convert " +
                                conversion.table + ".");
  Dataset data;
  Rows train = readRows(conversion.table, conversion);
  data.inputShape = {train.split.features};
  data.inputNames = train.inputNames;
  data.targetNames = train.targetNames;
  const auto names = classNames(train.classes);
  if (conversion.label.empty()) {
    data.task = Task::Regression;
  } else {
    if (names.size() < 2)
      throw std::invalid_argument(conversion.table + ": column \"" + conversion.label +
                                  "\" has only the class \"" + names.front() + "\"; expected at least two.");
    data.classes = static_cast<int>(names.size());
    data.provenance["class_names"] = names;
    setLabels(train, names);
  }
  data.train = std::move(train.split);
  if (!conversion.testTable.empty()) {
    Rows test = readRows(conversion.testTable, conversion, conversion.label.empty() ? nullptr : &names);
    if (test.split.features != data.train.features)
      throw std::invalid_argument(conversion.testTable + ": has " + std::to_string(test.split.features) +
                                  " inputs; " + conversion.table + " has " +
                                  std::to_string(data.train.features) + ".");
    if (!test.inputNames.empty() && !data.inputNames.empty() && test.inputNames != data.inputNames)
      throw std::invalid_argument(conversion.testTable + ": its inputs are called " +
                                  joined(test.inputNames) + "; those of " + conversion.table + " " +
                                  joined(data.inputNames) + ".");
    setLabels(test, names);
    data.test = std::move(test.split);
  } else if (conversion.testShare > 0) {
    splitOff(data, conversion.testShare, conversion.seed);
  }
  return data;
}

Split convertInputs(const TableConversion& conversion, std::vector<std::string>& names) {
  Rows rows = readRows(conversion.table, conversion);
  names = rows.inputNames;
  return std::move(rows.split);
}

} // namespace terrace::dataset
