#include <terrace/parameters/ParameterNames.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Teuchos_StandardParameterEntryValidators.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <sstream>

namespace terrace {
namespace {

using Teuchos::ParameterEntry;
using Teuchos::ParameterList;

std::string lowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Levenshtein distance with one rolling row.
std::size_t editDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row[b.size()];
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string prefix(const std::string& path) {
  return path.empty() ? "" : path + ": ";
}

std::string valueText(const ParameterEntry& entry) {
  std::ostringstream text;
  entry.getAny(false).print(text);
  return entry.isType<std::string>() ? quoted(text.str()) : text.str();
}

std::string typeText(const ParameterEntry& entry) {
  if (entry.isList()) return "a list";
  if (entry.isType<bool>()) return "a bool";
  if (entry.isType<int>()) return "an int";
  if (entry.isType<double>()) return "a double";
  if (entry.isType<std::string>()) return "a string";
  if (entry.isType<Teuchos::Array<double>>()) return "an Array(double)";
  if (entry.isType<Teuchos::Array<int>>()) return "an Array(int)";
  return entry.getAny(false).typeName();
}

[[noreturn]] void rejectUnknownName(const std::string& name, const ParameterList& valid,
                                    const std::string& path, bool isList) {
  const std::vector<std::string> names = namesOf(valid);
  const std::string nearest = nearestName(name, names);
  std::string message = prefix(path) + quoted(name) + " is not a " + (isList ? "list" : "parameter") + ".";
  if (!nearest.empty()) {
    message += " Did you mean " + quoted(nearest) + "?";
  } else if (!names.empty()) {
    message += " Known here:";
    for (std::size_t i = 0; i < names.size(); ++i) message += (i ? ", " : " ") + names[i];
    message += ".";
  }
  throw ParameterError(message);
}

// What a validator accepts, in words, for messages and the manual.
std::string expectation(const ParameterEntry& valid) {
  const auto validator = valid.validator();
  if (validator.is_null()) return typeText(valid);
  std::ostringstream text;
  if (const auto choices = validator->validStringValues(); !choices.is_null()) {
    text << "one of";
    for (auto choice = choices->begin(); choice != choices->end(); ++choice)
      text << (choice == choices->begin() ? " " : ", ") << *choice;
  } else {
    validator->printDoc("", text);
    std::string doc = text.str();
    while (!doc.empty() && std::isspace(static_cast<unsigned char>(doc.back()))) doc.pop_back();
    return doc;
  }
  return text.str();
}

// Gives an int where a double is wanted, and an Array(int) for an Array(double), the wanted type.
void promoteIntegers(const std::string& name, const ParameterEntry& valid, ParameterList& list) {
  const ParameterEntry& entry = list.getEntry(name);
  if (valid.isType<double>() && entry.isType<int>()) {
    list.set(name, static_cast<double>(list.get<int>(name)));
  } else if (valid.isType<Teuchos::Array<double>>() && entry.isType<Teuchos::Array<int>>()) {
    const auto ints = list.get<Teuchos::Array<int>>(name);
    list.set(name, Teuchos::Array<double>(ints.begin(), ints.end()));
  }
}

void checkEntry(const std::string& name, const ParameterEntry& valid, ParameterList& list,
                const std::string& path) {
  promoteIntegers(name, valid, list);
  const ParameterEntry& entry = list.getEntry(name);
  if (entry.getAny(false).type() != valid.getAny(false).type())
    throw ParameterError(prefix(path) + quoted(name) + " = " + valueText(entry) + " is " + typeText(entry) +
                         "; expected " + typeText(valid) + ".");
  if (entry.isType<double>() && std::isnan(list.get<double>(name)))
    throw ParameterError(prefix(path) + quoted(name) + " is not a number.");
  if (valid.validator().is_null()) return;
  try {
    valid.validator()->validate(entry, name, path);
  } catch (const std::exception&) {
    std::string message = prefix(path) + quoted(name) + " = " + valueText(entry) +
                          " is not valid; expected " + expectation(valid) + ".";
    if (const auto choices = valid.validator()->validStringValues();
        !choices.is_null() && entry.isType<std::string>()) {
      const std::string nearest = nearestName(list.get<std::string>(name), choices->toVector());
      if (!nearest.empty()) message += " Did you mean " + quoted(nearest) + "?";
    }
    throw ParameterError(message);
  }
}

// Interval check whose documentation is the interval in the usual notation.
template <class Number>
class IntervalValidator : public Teuchos::ParameterEntryValidator {
public:
  IntervalValidator(Number lowest, Number highest, bool strictlyAbove)
      : lowest_(lowest), highest_(highest), strictlyAbove_(strictlyAbove) {}

  const std::string getXMLTypeName() const override { return "TerraceInterval"; }

  void printDoc(const std::string& indent, std::ostream& out) const override {
    out << indent << (std::is_same<Number, int>::value ? "an int" : "a double");
    const bool bounded = highest_ < std::numeric_limits<Number>::max();
    if (bounded) {
      out << " in " << (strictlyAbove_ ? "(" : "[") << lowest_ << ", " << highest_ << "]";
    } else if (lowest_ > std::numeric_limits<Number>::lowest()) {
      out << (strictlyAbove_ ? " > " : " >= ") << lowest_;
    }
  }

  ValidStringsList validStringValues() const override { return Teuchos::null; }

  void validate(const ParameterEntry& entry, const std::string& name,
                const std::string& list) const override {
    const Number value = Teuchos::getValue<Number>(entry);
    const bool inside = (strictlyAbove_ ? value > lowest_ : value >= lowest_) && value <= highest_;
    if (!inside) throw ParameterError(prefix(list) + quoted(name) + " is out of range.");
  }

private:
  Number lowest_;
  Number highest_;
  bool strictlyAbove_;
};

} // namespace

std::string nearestName(const std::string& name, const std::vector<std::string>& candidates) {
  return nearestName(name, candidates, std::max<std::size_t>(2, name.size() / 3));
}

std::string nearestName(const std::string& name, const std::vector<std::string>& candidates,
                        std::size_t furthest) {
  std::string nearest;
  std::size_t best = furthest + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = editDistance(lowerCase(name), lowerCase(candidate));
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

void checkParameters(ParameterList& list, const ParameterList& valid, const std::string& path) {
  const bool acceptsAnything = valid.numParams() == 0 && !path.empty();
  if (acceptsAnything) return;
  for (const auto& name : namesOf(list)) {
    const ParameterEntry& entry = list.getEntry(name);
    if (!valid.isParameter(name)) rejectUnknownName(name, valid, path, entry.isList());
    const ParameterEntry& validEntry = valid.getEntry(name);
    if (entry.isList() != validEntry.isList())
      throw ParameterError(prefix(path) + quoted(name) + " is " + typeText(entry) + "; expected " +
                           typeText(validEntry) + ".");
    if (entry.isList()) {
      checkParameters(list.sublist(name), valid.sublist(name), path.empty() ? name : path + " > " + name);
    } else {
      checkEntry(name, validEntry, list, path);
    }
  }
}

void fillInDefaults(ParameterList& list, const ParameterList& defaults) {
  for (auto item = defaults.begin(); item != defaults.end(); ++item) {
    const std::string& name = defaults.name(item);
    if (defaults.entry(item).isList()) {
      fillInDefaults(list.sublist(name), defaults.sublist(name));
    } else if (!list.isParameter(name)) {
      list.setEntry(name, defaults.entry(item));
    }
  }
}

void validateParameters(ParameterList& list, const ParameterList& valid, const std::string& path) {
  checkParameters(list, valid, path);
  fillInDefaults(list, valid);
}

void declareInt(ParameterList& table, const std::string& name, int value, const std::string& meaning,
                int lowest, int highest) {
  table.set(name, value, meaning, Teuchos::rcp(new IntervalValidator<int>(lowest, highest, false)));
}

void declareDouble(ParameterList& table, const std::string& name, double value, const std::string& meaning,
                   double lowest, double highest, bool strictlyAbove) {
  table.set(name, value, meaning,
            Teuchos::rcp(new IntervalValidator<double>(lowest, highest, strictlyAbove)));
}

void declareBool(ParameterList& table, const std::string& name, bool value, const std::string& meaning) {
  table.set(name, value, meaning);
}

void declareChoice(ParameterList& table, const std::string& name, const std::string& value,
                   const std::string& meaning, const std::vector<std::string>& choices) {
  table.set(name, value, meaning,
            Teuchos::rcp(new Teuchos::StringValidator(Teuchos::Array<std::string>(choices))));
}

void declareString(ParameterList& table, const std::string& name, const std::string& value,
                   const std::string& meaning) {
  table.set(name, value, meaning);
}

} // namespace terrace
