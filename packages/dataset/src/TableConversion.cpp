#include "detail/TextLines.hpp"

#include <terrace/dataset/SampleOrder.hpp>
#include <terrace/dataset/TableConversion.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
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
  std::vector<std::string> decisions; ///< what the table left open, for the user
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

// Digits within texts count as numbers: "part 2" comes before "part 10".
bool comesBefore(const std::string& a, const std::string& b) {
  std::size_t i = 0, j = 0;
  const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  while (i < a.size() && j < b.size()) {
    if (!isDigit(a[i]) || !isDigit(b[j])) {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
      continue;
    }
    const auto digits = [&isDigit](const std::string& text, std::size_t& at) {
      while (at + 1 < text.size() && text[at] == '0' && isDigit(text[at + 1])) ++at;
      const std::size_t start = at;
      while (at < text.size() && isDigit(text[at])) ++at;
      return text.substr(start, at - start);
    };
    const std::string left = digits(a, i), right = digits(b, j);
    if (left.size() != right.size()) return left.size() < right.size();
    if (left != right) return left < right;
  }
  return a.size() - i < b.size() - j || (a.size() - i == b.size() - j && a < b);
}

bool areNumbers(const std::vector<std::string>& texts) {
  return std::none_of(texts.begin(), texts.end(),
                      [](const std::string& text) { return std::isnan(detail::parseNumber(text)); });
}

// The class that a text names; the number of classes if none. Numbers are compared by value: 1 is 1.0.
std::size_t classOf(const std::string& text, const std::vector<std::string>& names) {
  const auto same = std::find(names.begin(), names.end(), text);
  if (same != names.end()) return static_cast<std::size_t>(same - names.begin());
  const double value = detail::parseNumber(text);
  const auto equal = std::find_if(names.begin(), names.end(), [value](const std::string& name) {
    return detail::parseNumber(name) == value;
  });
  return static_cast<std::size_t>(equal - names.begin());
}

// The different texts: by value if all are numbers, the shortest for one value; else in alphabetical order.
std::vector<std::string> classNames(const std::vector<std::string>& texts) {
  const std::set<std::string> different(texts.begin(), texts.end());
  std::vector<std::string> names(different.begin(), different.end());
  if (!areNumbers(names)) {
    std::sort(names.begin(), names.end(), comesBefore);
    return names;
  }
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    const double x = detail::parseNumber(a), y = detail::parseNumber(b);
    return x != y ? x < y : a.size() < b.size();
  });
  names.erase(std::unique(names.begin(), names.end(),
                          [](const std::string& a, const std::string& b) {
                            return detail::parseNumber(a) == detail::parseNumber(b);
                          }),
              names.end());
  return names;
}

template <class T>
void removeColumn(std::vector<T>& rows, std::size_t column, std::size_t columns) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i % columns != column) rows[kept++] = rows[i];
  rows.resize(kept);
}

std::vector<double> columnValues(const Split& split, std::size_t column) {
  std::vector<double> values;
  for (std::size_t row = 0; row < split.samples; ++row)
    values.push_back(split.inputs[row * static_cast<std::size_t>(split.features) + column]);
  return values;
}

// Whether values name rows, as tables of data frames do: different integers of 0 or more.
bool nameRows(std::vector<double> values) {
  const bool whole = std::all_of(values.begin(), values.end(),
                                 [](double value) { return value >= 0 && value == std::floor(value); });
  std::sort(values.begin(), values.end());
  return whole && std::adjacent_find(values.begin(), values.end()) == values.end();
}

// 0, 1, 2, ... or 1, 2, 3, ...
bool countRows(const std::vector<double>& values) {
  for (std::size_t row = 0; row < values.size(); ++row)
    if (values[row] != values[0] + static_cast<double>(row)) return false;
  return values.size() > 2 && (values[0] == 0 || values[0] == 1);
}

// Data frames are written with a first column without a name that names the rows: no input. A named column
// that counts the rows stays an input, but the user hears of it.
void judgeIndexColumns(Rows& rows) {
  for (std::size_t column = 0; column < rows.inputNames.size();) {
    const std::string name = rows.inputNames[column];
    const bool isUnnamed = name.empty() || name.rfind("Unnamed: ", 0) == 0;
    const auto columns = static_cast<std::size_t>(rows.split.features);
    const auto values = isUnnamed || column == 0 ? columnValues(rows.split, column) : std::vector<double>();
    if (isUnnamed && columns > 1 && nameRows(values)) {
      removeColumn(rows.split.inputs, column, columns);
      --rows.split.features;
      rows.inputNames.erase(rows.inputNames.begin() + static_cast<std::ptrdiff_t>(column));
      rows.decisions.push_back("input " + std::to_string(column + 1) +
                               " has no name and numbers the rows: left out");
      continue;
    }
    if (isUnnamed) {
      rows.decisions.push_back("input " + std::to_string(column + 1) + " has no name");
    } else if (column == 0 && countRows(values)) {
      rows.decisions.push_back("\"" + name + "\" counts the rows and is an input; --inputs leaves it out");
    }
    ++column;
  }
}

// `known`: the classes that labels may have; null: any.
Rows readRows(const std::string& path, const TableConversion& conversion,
              const std::vector<std::string>* known = nullptr) {
  TextTable table(path, conversion.delimiter, conversion.header);
  const Columns columns = chooseColumns(table, conversion);
  Rows rows;
  std::set<std::string> seen;
  rows.inputNames = namesOf(table, columns.inputs);
  rows.targetNames = namesOf(table, columns.targets);
  while (table.next()) {
    ++rows.split.samples;
    for (const std::size_t column : columns.inputs) rows.split.inputs.push_back(table.number(column));
    for (const std::size_t column : columns.targets) rows.split.targets.push_back(table.number(column));
    for (const std::size_t column : columns.label) {
      const std::string& name = table.text(column);
      if (name.empty()) table.reject(column, "is empty; expected a class");
      if (!detail::isUtf8(name))
        table.reject(column, "is not UTF-8; convert the file (iconv -f LATIN1 -t UTF-8)");
      if (known != nullptr && seen.insert(name).second && classOf(name, *known) == known->size())
        table.reject(column, '"' + name + "\" is not a class of " + conversion.table + "; expected one of " +
                                 joined(*known));
      rows.classes.push_back(name);
    }
  }
  if (rows.split.samples == 0) throw std::invalid_argument(path + ": has no rows.");
  rows.split.features = static_cast<int>(columns.inputs.size());
  rows.split.outputs = static_cast<int>(columns.targets.size());
  rows.decisions.push_back(table.reading());
  if (conversion.inputs.empty()) judgeIndexColumns(rows);
  return rows;
}

// Labels that look like something else: measured values, or names of the rows.
void judgeClasses(const Rows& rows, const std::vector<std::string>& names,
                  std::vector<std::string>& decisions) {
  constexpr std::size_t fewRows = 10;
  const auto isFraction = [](const std::string& name) {
    const double value = detail::parseNumber(name);
    return std::isfinite(value) && value != std::floor(value);
  };
  const std::string what = std::to_string(names.size()) + " classes";
  if (areNumbers(names) && std::any_of(names.begin(), names.end(), isFraction)) {
    decisions.push_back(what + " that are not whole numbers; a regression has --targets instead of --label");
  } else if (rows.split.samples >= fewRows && 2 * names.size() > rows.split.samples) {
    decisions.push_back(what + " for " + std::to_string(rows.split.samples) +
                        " samples: does the column name the rows?");
  }
}

void setLabels(Rows& rows, const std::vector<std::string>& names) {
  std::map<std::string, int> known;
  for (const auto& name : rows.classes) {
    const auto found = known.find(name);
    const int label = found != known.end() ? found->second : static_cast<int>(classOf(name, names));
    known.emplace(name, label);
    rows.split.labels.push_back(label);
  }
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
  const auto isTest = drawTestSamples(all.samples, all.labels, share, seed);
  std::vector<std::int64_t> train, test;
  for (std::size_t row = 0; row < all.samples; ++row)
    (isTest[row] ? test : train).push_back(static_cast<std::int64_t>(row));
  data.train = pick(all, train);
  data.test = pick(all, test);
}

} // namespace

Dataset convertTable(const TableConversion& conversion, std::vector<std::string>* decisions) {
  if (conversion.label.empty() == conversion.targets.empty())
    throw std::invalid_argument("Either a label column or target columns are needed to convert " +
                                conversion.table + ".");
  Dataset data;
  Rows train = readRows(conversion.table, conversion);
  if (decisions != nullptr) *decisions = train.decisions;
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
    if (decisions != nullptr) judgeClasses(train, names, *decisions);
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

Split convertInputs(const TableConversion& conversion, std::vector<std::string>& names,
                    std::vector<std::string>* decisions, std::vector<std::string>* labels) {
  Rows rows = readRows(conversion.table, conversion);
  if (decisions != nullptr) *decisions = rows.decisions;
  if (labels != nullptr) *labels = std::move(rows.classes);
  names = rows.inputNames;
  return std::move(rows.split);
}

} // namespace terrace::dataset
