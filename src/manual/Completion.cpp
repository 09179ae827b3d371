#include "manual/Completion.hpp"

namespace terrace::program {
namespace {

std::string singleQuoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::vector<std::string> commandNames(const CommandPage& page) {
  std::vector<std::string> names;
  for (const CommandPage& command : page.commands) names.push_back(command.path.back());
  return names;
}

std::vector<std::string> optionNames(const CommandPage& page) {
  std::vector<std::string> names;
  for (const CommandOption& option : page.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// All values that the arguments of a command may have; empty: files.
std::vector<std::string> argumentChoices(const CommandPage& page) {
  std::vector<std::string> choices;
  for (const CommandOption& argument : page.arguments)
    choices.insert(choices.end(), argument.choices.begin(), argument.choices.end());
  return choices;
}

bool takesFiles(const CommandPage& page) {
  for (const CommandOption& argument : page.arguments)
    if (argument.namesFile()) return true;
  return false;
}

// What bash offers after an option with a value: its choices, files, or nothing.
std::string bashValues(const CommandOption& option) {
  if (!option.choices.empty())
    return "COMPREPLY=($(compgen -W \"" + joined(option.choices, " ") + "\" -- \"$word\"))";
  return option.namesFile() ? "COMPREPLY=($(compgen -f -- \"$word\"))" : "COMPREPLY=()";
}

// zsh's _arguments reads brackets and colons of a specification.
std::string zshText(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zshValues(const CommandOption& option, const std::string& word) {
  if (!option.choices.empty()) return ":" + zshText(word) + ":(" + joined(option.choices, " ") + ")";
  return ":" + zshText(word) + ":" + (option.namesFile() ? "_files" : "");
}

void addZshOption(const CommandOption& option, std::string& text) {
  for (const auto& name : option.names)
    text +=
        " \\\n        " + singleQuoted((option.repeated ? "*" : "") + name + "[" + zshText(option.about) +
                                       "]" + (option.value.empty() ? "" : zshValues(option, option.value)));
}

void addZshArguments(const CommandPage& page, std::string& text) {
  int place = 0;
  for (const CommandOption& argument : page.arguments) {
    const std::string number = argument.repeated ? "*" : std::to_string(++place);
    text += " \\\n        " + singleQuoted(number + zshValues(argument, argument.names.front()));
  }
}

// fish's condition that the words so far are those of \p page, and no command of it.
std::string fishCondition(const CommandPage& page) {
  if (page.path.size() == 1) return "__fish_use_subcommand";
  std::string condition;
  for (std::size_t k = 1; k < page.path.size(); ++k)
    condition += (k == 1 ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") + page.path[k];
  if (!page.commands.empty())
    condition += "; and not __fish_seen_subcommand_from " + joined(commandNames(page), " ");
  return condition;
}

void addFishLine(const CommandPage& page, const std::string& rest, std::string& text) {
  text += "complete -c terrace -n " + singleQuoted(fishCondition(page)) + rest + '\n';
}

void addFishOption(const CommandPage& page, const CommandOption& option, std::string& text) {
  std::string rest;
  for (const auto& name : option.names)
    rest += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.value.empty()) rest += option.namesFile() ? " -r -F" : " -x";
  if (!option.choices.empty()) rest += " -a " + singleQuoted(joined(option.choices, " "));
  addFishLine(page, rest + " -d " + singleQuoted(option.about), text);
}

} // namespace

std::string bashCompletion(const CommandPage& top) {
  std::string commands, options, values, arguments;
  forEachPage(top, [&](const CommandPage& page) {
    const std::string pattern = "    " + singleQuoted(page.name(" ")) + ") ";
    for (const CommandPage& command : page.commands)
      commands += "      " + singleQuoted(command.name(" ")) + ") path=$next ;;\n";
    options += pattern + "words=\"" + joined(optionNames(page), " ") + "\" ;;\n";
    for (const CommandOption& option : page.options)
      if (!option.value.empty())
        for (const auto& name : option.names)
          values += "    " + singleQuoted(page.name(" ") + " " + name) + ") " + bashValues(option) +
                    "; return ;;\n";
    auto words = commandNames(page);
    const auto choices = argumentChoices(page);
    words.insert(words.end(), choices.begin(), choices.end());
    arguments +=
        pattern + "words=\"" + joined(words, " ") + "\"; files=" + (takesFiles(page) ? "1" : "") + " ;;\n";
  });
  return "# bash completion of terrace, made by `terrace completion bash`.\n"
         "_terrace() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} path=terrace next words "
         "files i\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    next=\"$path ${COMP_WORDS[i]}\"\n"
         "    case $next in\n" +
         commands +
         "    esac\n"
         "  done\n"
         "  case \"$path $last\" in\n" +
         values +
         "  esac\n"
         "  if [[ $word == -* ]]; then\n"
         "    case $path in\n" +
         options +
         "    esac\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  case $path in\n" +
         arguments +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  [[ -z $files ]] || COMPREPLY+=($(compgen -f -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -F _terrace terrace\n";
}

std::string zshCompletion(const CommandPage& top) {
  std::string text = "#compdef terrace\n# zsh completion of terrace, made by `terrace completion zsh`.\n";
  forEachPage(top, [&text](const CommandPage& page) {
    text += "\n_" + page.name("_") + "() {\n";
    if (!page.commands.empty()) {
      text += "  local context state line\n  local -a commands\n  commands=(\n";
      for (const CommandPage& command : page.commands)
        text += "    " + singleQuoted(command.path.back() + ":" + zshText(command.about)) + "\n";
      text += "  )\n";
    }
    text += "  _arguments -C";
    for (const CommandOption& option : page.options) addZshOption(option, text);
    addZshArguments(page, text);
    if (page.commands.empty()) {
      text += "\n}\n";
      return;
    }
    text += " \\\n        '1:command:->command' '*::argument:->argument'\n"
            "  case $state in\n"
            "    command) _describe command commands ;;\n"
            "    argument)\n"
            "      case $line[1] in\n";
    for (const CommandPage& command : page.commands)
      text += "        " + command.path.back() + ") _" + command.name("_") + " ;;\n";
    text += "      esac ;;\n"
            "  esac\n"
            "}\n";
  });
  return text + "\n_terrace \"$@\"\n";
}

std::string fishCompletion(const CommandPage& top) {
  std::string text = "# fish completion of terrace, made by `terrace completion fish`.\n";
  forEachPage(top, [&text](const CommandPage& page) {
    if (!takesFiles(page)) addFishLine(page, " -f", text);
    for (const CommandPage& command : page.commands)
      addFishLine(page, " -a " + singleQuoted(command.path.back()) + " -d " + singleQuoted(command.about),
                  text);
    const auto choices = argumentChoices(page);
    if (!choices.empty()) addFishLine(page, " -a " + singleQuoted(joined(choices, " ")), text);
    for (const CommandOption& option : page.options) addFishOption(page, option, text);
  });
  return text;
}

} // namespace terrace::program
