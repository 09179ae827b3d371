#include "manual/ManPage.hpp"

namespace terrace::program {
namespace {

// Text that roff takes as it is: hyphens stay hyphens, and no line is a request.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return !result.empty() && (result[0] == '.' || result[0] == '\'') ? "\\&" + result : result;
}

std::string verbatim(const std::vector<std::string>& lines) {
  std::string text = ".nf\n";
  for (const auto& line : lines) text += roff(line) + '\n';
  return text + ".fi\n";
}

// Lines are filled into paragraphs; indented lines stay as they are.
std::string paragraphs(const std::vector<std::string>& lines) {
  std::string text;
  bool indented = false;
  for (const auto& line : lines) {
    const bool starts = line.rfind("  ", 0) == 0;
    if (starts != indented) text += starts ? ".nf\n" : ".fi\n";
    indented = starts;
    text += line.empty() ? ".PP\n" : roff(line) + '\n';
  }
  return text + (indented ? ".fi\n" : "");
}

std::string bold(const std::string& text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string upperCase(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string about(const CommandOption& option) {
  std::string text = option.about;
  if (!option.choices.empty() && option.value.empty()) text += " (" + joined(option.choices, ", ") + ")";
  if (!option.defaultText.empty()) text += " [default: " + option.defaultText + "]";
  return text;
}

void addOptions(const std::string& title, const std::vector<CommandOption>& options, std::string& page) {
  if (options.empty()) return;
  page += ".SH " + title + '\n';
  for (const CommandOption& option : options) {
    page += ".TP\n";
    for (const auto& name : option.names) page += (&name == &option.names.front() ? "" : ", ") + bold(name);
    page += (option.value.empty() ? "" : " \\fI" + roff(option.value) + "\\fR") + '\n';
    page += roff(about(option)) + '\n';
  }
}

std::string tableText(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == '|' ? std::string("\\|") : c == '<' ? std::string("&lt;") : std::string(1, c);
  return result;
}

void addTable(const std::string& title, const std::vector<CommandOption>& options, std::string& page) {
  if (options.empty()) return;
  page += "\n| " + title + " | meaning | default |\n|---|---|---|\n";
  for (const CommandOption& option : options) {
    std::string names = joined(option.names, ", ") + (option.value.empty() ? "" : " " + option.value);
    std::string meaning = option.about + (option.required ? " (required)" : "");
    if (!option.choices.empty() && option.value.empty()) meaning += " (" + joined(option.choices, ", ") + ")";
    page += "| `" + tableText(names) + "` | " + tableText(meaning) + " | " +
            (option.defaultText.empty() ? "" : '`' + tableText(option.defaultText) + '`') + " |\n";
  }
}

void addCode(const std::vector<std::string>& lines, std::string& page) {
  if (lines.empty()) return;
  page += "\n```text\n";
  for (const auto& line : lines) page += line + '\n';
  page += "```\n";
}

} // namespace

std::string manPage(const CommandPage& page, const std::string& version) {
  const std::string name = page.name("-");
  std::string text = ".TH " + upperCase(name) + " 1 \"\" \"" + version + "\" \"Terrace\"\n";
  text += ".SH NAME\n" + roff(name) + " \\- " + roff(page.about) + '\n';
  text += ".SH SYNOPSIS\n" + bold(page.name(" ")) + roff(page.usage().substr(page.name(" ").size())) + '\n';
  if (!page.text.empty()) text += ".SH DESCRIPTION\n" + paragraphs(page.text);
  addOptions("ARGUMENTS", page.arguments, text);
  addOptions("OPTIONS", page.options, text);
  if (!page.commands.empty()) {
    text += ".SH COMMANDS\n";
    for (const CommandPage& command : page.commands)
      text += ".TP\n" + bold(command.name("-")) + "(1)\n" + roff(command.about) + '\n';
  }
  if (!page.examples.empty()) text += ".SH EXAMPLES\n" + verbatim(page.examples);
  if (page.path.size() > 1) {
    text += ".SH SEE ALSO\n";
    const CommandPage parent{{page.path.begin(), page.path.end() - 1}, {}, {}, {}, {}, {}, {}};
    text += bold(parent.name("-")) + "(1)\n";
  }
  return text;
}

std::string markdownManual(const CommandPage& top, const std::string& version) {
  std::string text = "# Commands\n\nWhat `terrace COMMAND --help` says, of " + version + ".\n";
  forEachPage(top, [&text](const CommandPage& page) {
    const bool ends = !page.about.empty() && page.about.back() == '.';
    text +=
        "\n## " + page.name(" ") + "\n\n" + page.about + (ends ? "" : ".") + "\n\n    " + page.usage() + "\n";
    addTable("argument", page.arguments, text);
    addTable("option", page.options, text);
    addCode(page.text, text);
    addCode(page.examples, text);
  });
  return text;
}

} // namespace terrace::program
