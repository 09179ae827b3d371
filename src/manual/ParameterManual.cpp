#include "manual/ParameterManual.hpp"

#include <terrace/parameters/OneLine.hpp>
#include <terrace/parameters/ParameterText.hpp>

#include <Teuchos_Array.hpp>

#include <nlohmann/json.hpp>

#include <cctype>
#include <cmath>
#include <sstream>

namespace terrace::program {
namespace {

using Teuchos::ParameterEntry;
using Teuchos::ParameterList;
using Json = nlohmann::ordered_json;

constexpr std::size_t lineWidth = 100;

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "/" + name;
}

// Calls visit(path, name, entry) for each parameter; those of a list before those of its lists.
template <class Visit>
void forEachParameter(const ParameterList& list, const std::string& path, const Visit& visit) {
  for (auto item = list.begin(); item != list.end(); ++item)
    if (!list.entry(item).isList()) visit(path, list.name(item), list.entry(item));
  for (auto item = list.begin(); item != list.end(); ++item)
    if (list.entry(item).isList())
      forEachParameter(list.sublist(list.name(item)), below(path, list.name(item)), visit);
}

// Words filled into lines of lineWidth characters, each after `indent` spaces.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string result, line, word;
  const std::string margin(indent, ' ');
  while (words >> word) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > lineWidth) {
      result += margin + line + '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? result : result + margin + line + '\n';
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text + "  ";
}

std::string defaultText(const ParameterEntry& entry) {
  const std::string text = parameterText(entry);
  return entry.isType<std::string>() && text.empty() ? "(none)" : text;
}

std::string entryAsText(const std::string& name, const ParameterEntry& entry) {
  const std::string line = "  " + padded(name, 30) + padded("default " + defaultText(entry), 30);
  const std::string range = parameterRange(entry);
  const std::string head =
      line.size() + range.size() <= lineWidth
          ? line + range + '\n'
          : line.substr(0, line.find_last_not_of(' ') + 1) + '\n' + wrapped("one of: " + range, 6);
  return head + wrapped(oneLine(entry.docString()), 6);
}

// Signs that Markdown would take for markup.
std::string markdownText(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '<') {
      result += "&lt;";
    } else {
      if (c == '*' || c == '_' || c == '|' || c == '`') result += '\\';
      result += c;
    }
  }
  return result;
}

std::string rangeAsMarkdown(const ParameterEntry& entry) {
  std::string text;
  for (const auto& choice : parameterChoices(entry))
    text += (text.empty() ? "One of `" : ", `") + choice + '`';
  return text.empty() ? '`' + parameterRange(entry) + '`' : text;
}

// The anchor that renderers of Markdown give a heading.
std::string headingAnchor(const std::string& heading) {
  std::string anchor;
  for (const char c : heading)
    if (c != '/') anchor += c == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return anchor;
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(shortestText(value));
}

Json defaultAsJson(const ParameterEntry& entry) {
  if (entry.isType<bool>()) return Teuchos::getValue<bool>(entry);
  if (entry.isType<int>()) return Teuchos::getValue<int>(entry);
  if (entry.isType<double>()) return number(Teuchos::getValue<double>(entry));
  if (entry.isType<Teuchos::Array<int>>()) return Teuchos::getValue<Teuchos::Array<int>>(entry).toVector();
  if (entry.isType<Teuchos::Array<double>>()) {
    Json values = Json::array();
    for (const double value : Teuchos::getValue<Teuchos::Array<double>>(entry))
      values.push_back(number(value));
    return values;
  }
  if (entry.isType<Teuchos::Array<std::string>>())
    return Teuchos::getValue<Teuchos::Array<std::string>>(entry).toVector();
  return parameterText(entry);
}

} // namespace

std::vector<std::string> parameterChoices(const ParameterEntry& entry) {
  if (entry.validator().is_null()) return {};
  const auto choices = entry.validator()->validStringValues();
  if (choices.is_null()) return {};
  return {choices->begin(), choices->end()};
}

std::string parameterRange(const ParameterEntry& entry) {
  const std::string type = parameterType(entry);
  if (entry.validator().is_null()) return type == "bool" ? "true or false" : type;
  if (const auto choices = parameterChoices(entry); !choices.empty()) {
    std::string text;
    for (const auto& choice : choices) text += (text.empty() ? "" : " | ") + choice;
    return text;
  }
  std::ostringstream text;
  entry.validator()->printDoc("", text);
  std::string range = oneLine(text.str());
  for (const auto* article : {"an ", "a "})
    if (range.rfind(article, 0) == 0) return range.substr(std::string(article).size());
  return range;
}

std::string parametersAsText(const ParameterList& list) {
  std::string text, titled;
  forEachParameter(list, "", [&](const std::string& path, const std::string& name, const auto& entry) {
    if (path != titled) text += '\n' + path + '\n';
    titled = path;
    text += entryAsText(name, entry);
  });
  return text;
}

std::string parametersAsMarkdown(const ParameterList& list) {
  std::string contents, text, titled;
  forEachParameter(list, "", [&](const std::string& path, const std::string& name, const auto& entry) {
    if (path != titled) {
      contents += "- [" + path + "](#" + headingAnchor(path) + ")\n";
      text += "\n## " + path + '\n';
    }
    titled = path;
    text += "\n### " + name + "\n\n" + rangeAsMarkdown(entry) + "; default `" + defaultText(entry) +
            "`.\n\n" + markdownText(oneLine(entry.docString())) + "\n";
  });
  return contents + text;
}

std::string parametersAsJson(const ParameterList& list) {
  Json all = Json::array();
  forEachParameter(list, "", [&all](const std::string& path, const std::string& name, const auto& entry) {
    Json parameter{{"path", below(path, name)},
                   {"name", name},
                   {"type", parameterType(entry)},
                   {"default", defaultAsJson(entry)},
                   {"range", parameterRange(entry)}};
    if (const auto choices = parameterChoices(entry); !choices.empty()) parameter["choices"] = choices;
    parameter["meaning"] = oneLine(entry.docString());
    all.push_back(parameter);
  });
  return all.dump(2) + '\n';
}

} // namespace terrace::program
