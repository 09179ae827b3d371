#include "report/Html.hpp"

namespace terrace::program {

std::string escaped(const std::string& text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
    case '&':
      html += "&amp;";
      break;
    case '<':
      html += "&lt;";
      break;
    case '>':
      html += "&gt;";
      break;
    case '"':
      html += "&quot;";
      break;
    case '\'':
      html += "&#39;";
      break;
    default:
      html += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return html;
}

std::string HtmlTable::html(const std::string& caption, const std::string& kind) const {
  std::string html = "<div class=\"scroll\"><table class=\"" + kind + "\"><caption>" + escaped(caption) +
                     "</caption>\n<thead><tr>";
  for (const auto& cell : head_) html += "<th scope=\"col\">" + escaped(cell) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows_) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      html += (i == 0 ? "<th scope=\"row\">" : "<td>") + escaped(row[i]) + (i == 0 ? "</th>" : "</td>");
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

} // namespace terrace::program
