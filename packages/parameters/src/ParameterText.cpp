#include <terrace/parameters/ParameterText.hpp>

#include <Teuchos_Array.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <vector>

namespace terrace {
namespace {

using Teuchos::Array;
using Teuchos::ParameterEntry;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

template <class Value>
std::string textOf(const Value& value) {
  if constexpr (std::is_same_v<Value, double>) {
    return shortestText(value);
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return value;
  } else {
    return std::to_string(value);
  }
}

template <class Value>
std::string arrayText(const ParameterEntry& entry) {
  std::string text = "{";
  for (const auto& value : Teuchos::getValue<Array<Value>>(entry))
    text += (text.size() > 1 ? ", " : "") + textOf(value);
  return text + "}";
}

[[noreturn]] void reject(const std::string& text, const std::string& expected) {
  throw std::invalid_argument('"' + text + "\" is not " + expected);
}

template <class Number>
Number parseNumber(const std::string& text, const std::string& expected) {
  std::string digits = trimmed(text);
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.erase(0, 1);
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) reject(text, expected);
  return value;
}

bool parseBool(const std::string& text) {
  std::string lower = trimmed(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true" || lower == "yes" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "0") return false;
  reject(text, "a bool (true or false)");
}

template <class Value>
Value parseValue(const std::string& text) {
  if constexpr (std::is_same_v<Value, int>) {
    return parseNumber<int>(text, "an int");
  } else if constexpr (std::is_same_v<Value, double>) {
    return parseNumber<double>(text, "a double");
  } else {
    return trimmed(text);
  }
}

template <class Value>
ParameterEntry parseArray(const std::string& text) {
  std::string items = trimmed(text);
  if (!items.empty() && items.front() == '{' && items.back() == '}')
    items = items.substr(1, items.size() - 2);
  Array<Value> values;
  std::size_t start = trimmed(items).empty() ? items.size() + 1 : 0;
  while (start <= items.size()) {
    const auto comma = std::min(items.find(',', start), items.size());
    values.push_back(parseValue<Value>(items.substr(start, comma - start)));
    start = comma + 1;
  }
  return ParameterEntry(values);
}

} // namespace

std::string parameterType(const ParameterEntry& entry) {
  if (entry.isType<int>()) return "int";
  if (entry.isType<double>()) return "double";
  if (entry.isType<bool>()) return "bool";
  if (entry.isType<std::string>()) return "string";
  if (entry.isType<Array<int>>()) return "Array(int)";
  if (entry.isType<Array<double>>()) return "Array(double)";
  if (entry.isType<Array<std::string>>()) return "Array(string)";
  return "";
}

std::string parameterText(const ParameterEntry& entry) {
  const std::string type = parameterType(entry);
  if (type == "int") return std::to_string(Teuchos::getValue<int>(entry));
  if (type == "double") return shortestText(Teuchos::getValue<double>(entry));
  if (type == "bool") return Teuchos::getValue<bool>(entry) ? "true" : "false";
  if (type == "string") return Teuchos::getValue<std::string>(entry);
  if (type == "Array(int)") return arrayText<int>(entry);
  if (type == "Array(double)") return arrayText<double>(entry);
  if (type == "Array(string)") return arrayText<std::string>(entry);
  return Teuchos::toString(entry.getAny(false));
}

ParameterEntry parseParameter(const std::string& text, const std::string& type) {
  if (type == "int") return ParameterEntry(parseValue<int>(text));
  if (type == "double") return ParameterEntry(parseValue<double>(text));
  if (type == "bool") return ParameterEntry(parseBool(text));
  if (type == "string") return ParameterEntry(text);
  if (type == "Array(int)") return parseArray<int>(text);
  if (type == "Array(double)") return parseArray<double>(text);
  if (type == "Array(string)") return parseArray<std::string>(text);
  throw std::invalid_argument('"' + type +
                              "\" is not a type of parameter; expected int, double, bool, string, " +
                              "Array(int), Array(double) or Array(string)");
}

std::string shortestText(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (const auto sign = text.find_first_of("+-", text.find('e'));
      sign != std::string::npos && text[sign + 1] == '0')
    text.erase(sign + 1, 1); // 1e-04
  return text;
}

} // namespace terrace
