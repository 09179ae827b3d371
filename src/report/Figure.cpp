#include "report/Figure.hpp"

#include "report/Gnuplot.hpp"
#include "report/Html.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

// One pass: a drawing may have megabytes.
void replaceAll(std::string& text, const std::string& from, const std::string& to) {
  std::string result;
  std::size_t start = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, start)) {
    result.append(text, start, at - start).append(to);
    start = at + from.size();
  }
  result.append(text, start);
  text = std::move(result);
}

// Puts the figure's name in front of the names inside its drawing, so that they are unique in the page.
void prefixNames(std::string& svg, const std::string& id) {
  for (const std::string name : {"gpDot", "gpPt", "textbox", "greybox", "gnuplot_canvas"}) {
    for (const std::string before : {"'", "\"", "#"})
      replaceAll(svg, before + name, before + id + "-" + name);
  }
}

// The SVG element without the head of the file, with our title and description.
std::string inlineSvg(const std::string& drawing, const Figure& figure) {
  const auto start = drawing.find("<svg");
  const auto head = drawing.find('>', start), body = drawing.find("</desc>", start);
  const auto box = drawing.find("viewBox", start);
  if (start == std::string::npos || head == std::string::npos || body == std::string::npos || box > head)
    throw std::runtime_error("gnuplot's drawing \"" + figure.id + "\" is not an SVG element.");
  std::string svg = "<svg role=\"img\" aria-labelledby=\"" + figure.id + "-title " + figure.id +
                    "-caption\" " + drawing.substr(box, head + 1 - box) + drawing.substr(body + 7);
  prefixNames(svg, figure.id);
  replaceAll(svg, "\n\n", "\n");
  replaceAll(svg, "\t", "");
  return svg;
}

} // namespace

std::string Figure::html() const {
  return "<figure id=\"" + id + "\">\n<h4 id=\"" + id + "-title\">" + escaped(title) + "</h4>\n" + svg +
         "<figcaption id=\"" + id + "-caption\">" + escaped(caption) + "</figcaption>\n</figure>\n";
}

void Figure::draw(const Gnuplot& gnuplot, const std::string& script, int width, int height) {
  std::string name = id; // of the groups in the drawing; gnuplot takes no hyphens
  std::replace(name.begin(), name.end(), '-', '_');
  const std::string preamble =
      "set encoding utf8\nset terminal svg size " + std::to_string(width) + "," + std::to_string(height) +
      " dynamic rounded enhanced font 'sans-serif,14' background '#ffffff' name '" + name +
      "'\n"
      "set border 3 linecolor '#333333'\nset tics nomirror\n"
      "set grid linecolor '#d8d8d8' linetype 1 linewidth 0.7\n"
      "set key outside top left horizontal Left reverse noenhanced samplen 3 spacing 1.1\n";
  svg = inlineSvg(gnuplot.run(preamble + script), *this);
}

} // namespace terrace::program
