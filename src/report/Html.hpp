#pragma once

#include <string>
#include <vector>

namespace terrace::program {

/// \p text for use in HTML, between tags or in a quoted attribute; control characters become spaces.
std::string escaped(const std::string& text);

/// A table of text; the first cell of a row names it.
class HtmlTable {
public:
  explicit HtmlTable(std::vector<std::string> head) : head_(std::move(head)) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }

  /// \param caption  what the table shows.
  /// \param kind     class of the table for the style sheet: "numbers" or "words".
  std::string html(const std::string& caption, const std::string& kind) const;

private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace terrace::program
