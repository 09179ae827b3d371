#include <terrace/parameters/OneLine.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <Teuchos_StringInputSource.hpp>
#include <Teuchos_XMLObject.hpp>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace terrace {
namespace {

using Teuchos::ParameterEntry;
using Teuchos::ParameterList;
using Teuchos::XMLObject;

std::string at(const std::string& path) {
  return path.empty() ? "" : path + ": ";
}

std::string requiredAttribute(const XMLObject& element, const std::string& attribute,
                              const std::string& path) {
  if (!element.hasAttribute(attribute))
    throw std::invalid_argument(at(path) + "a <" + element.getTag() + "> has no attribute \"" + attribute +
                                "\".");
  return element.getAttribute(attribute);
}

// Reads one text; knows in which lists an empty number is 0.
class ListReader {
public:
  explicit ListReader(const EmptyNumbers& emptyIsZero) : emptyIsZero_(emptyIsZero) {}
  void readList(const XMLObject& element, ParameterList& list, const std::string& path) const;

private:
  void readParameter(const XMLObject& element, const std::string& name, ParameterList& list,
                     const std::string& path) const;
  void readChild(const XMLObject& child, ParameterList& list, const std::string& path) const;

  const EmptyNumbers& emptyIsZero_;
};

void ListReader::readParameter(const XMLObject& element, const std::string& name, ParameterList& list,
                               const std::string& path) const {
  std::string type = requiredAttribute(element, "type", at(path) + '"' + name + '"');
  std::string value = requiredAttribute(element, "value", at(path) + '"' + name + '"');
  if (type == "float") type = "double";
  const bool isNumber = type == "int" || type == "double";
  if (isNumber && value.find_first_not_of(" \t\r\n") == std::string::npos && emptyIsZero_ &&
      emptyIsZero_(path))
    value = "0";
  try {
    list.setEntry(name, parseParameter(value, type));
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(at(path) + '"' + name + "\": " + error.what() + ".");
  }
}

void ListReader::readChild(const XMLObject& child, ParameterList& list, const std::string& path) const {
  const std::string& tag = child.getTag();
  if (tag == "Validators" || tag == "Dependencies") return; // written by Teuchos; the table of ours validates
  if (tag != "Parameter" && tag != "ParameterList")
    throw std::invalid_argument(at(path) + "<" + tag +
                                "> is not expected; only <Parameter> and <ParameterList>.");
  const std::string name = requiredAttribute(child, "name", path);
  if (list.isParameter(name)) throw std::invalid_argument(at(path) + '"' + name + "\" is given twice.");
  if (tag == "Parameter") {
    readParameter(child, name, list, path);
  } else {
    readList(child, list.sublist(name), path.empty() ? name : path + " > " + name);
  }
}

void ListReader::readList(const XMLObject& element, ParameterList& list, const std::string& path) const {
  for (int i = 0; i < element.numChildren(); ++i) readChild(element.getChild(i), list, path);
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    default:
      result += c;
    }
  }
  return result;
}

std::string commentFor(const ParameterEntry& entry) {
  std::string text = oneLine(entry.docString());
  for (auto dashes = text.find("--"); dashes != std::string::npos; dashes = text.find("--", dashes))
    text.replace(dashes, 2, "-");
  return text.empty() ? "" : " <!-- " + text + " -->";
}

void writeList(std::string& xml, const ParameterList& list, const std::string& indent,
               Documentation documentation) {
  for (auto item = list.begin(); item != list.end(); ++item) {
    const std::string& name = list.name(item);
    const ParameterEntry& entry = list.entry(item);
    const std::string comment = documentation == Documentation::AsComments ? commentFor(entry) : "";
    if (entry.isList()) {
      xml += indent + "<ParameterList name=\"" + escaped(name) + "\">" + comment + '\n';
      writeList(xml, list.sublist(name), indent + "  ", documentation);
      xml += indent + "</ParameterList>\n";
    } else {
      xml += indent + "<Parameter name=\"" + escaped(name) + "\" type=\"" + parameterType(entry) +
             "\" value=\"" + escaped(parameterText(entry)) + "\"/>" + comment + '\n';
    }
  }
}

// The end of the tag that begins at a place: behind its '>', which is in no quotation marks.
std::size_t endOfTag(const std::string& text, std::size_t at) {
  while (at < text.size() && text[at] != '>') {
    if (text[at] == '"' || text[at] == '\'') at = text.find(text[at], at + 1);
    if (at == std::string::npos) return text.size();
    ++at;
  }
  return std::min(at + 1, text.size());
}

// Teuchos, and this reader, call themselves for each list in a list: a text that opens very many would
// exhaust the stack.
void requireShallow(const std::string& text) {
  constexpr int most = 100;
  int depth = 0;
  for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    if (text.compare(at, 4, "<!--") == 0) {
      at = std::min(text.find("-->", at), text.size());
      continue;
    }
    const auto end = endOfTag(text, at);
    const char first = at + 1 < text.size() ? text[at + 1] : '>';
    if (first == '/') {
      --depth;
    } else if (first != '!' && first != '?' && text[end - std::min<std::size_t>(end, 2)] != '/') {
      ++depth;
    }
    if (depth > most)
      throw std::invalid_argument("has more than " + std::to_string(most) + " lists in each other.");
    at = end;
  }
}

} // namespace

ParameterList readXmlParameters(const std::string& text, const EmptyNumbers& emptyIsZero) {
  if (text.find('\0') != std::string::npos)
    throw std::invalid_argument("has a byte that is 0; it is no text.");
  requireShallow(text);
  XMLObject root;
  try {
    root = Teuchos::StringInputSource(text).getObject();
  } catch (const std::bad_alloc&) {
    throw; // says nothing about the text
  } catch (const std::exception& error) {
    throw std::invalid_argument(oneLine(error.what()));
  }
  if (root.getTag() != "ParameterList")
    throw std::invalid_argument("the root element is <" + root.getTag() + ">; expected <ParameterList>.");
  ParameterList list(root.hasAttribute("name") ? root.getAttribute("name") : "");
  ListReader(emptyIsZero).readList(root, list, "");
  return list;
}

std::string writeXmlParameters(const ParameterList& list, Documentation documentation) {
  std::string xml = "<ParameterList name=\"" + escaped(list.name()) + "\">\n";
  writeList(xml, list, "  ", documentation);
  return xml + "</ParameterList>\n";
}

} // namespace terrace
