#pragma once

#include <string>

namespace terrace::program {

class Gnuplot;

/// A drawing with its words.
struct Figure {
  std::string id; ///< of the element in the page
  std::string title;
  std::string caption; ///< what is drawn, and how to read it
  std::string svg;     ///< element, ready to stand in a page

  /// The figure as an element of a page.
  std::string html() const;

  /// Draws a script of gnuplot that neither sets a terminal nor an output.
  /// \param width, height  in the pixels that gnuplot's font sizes refer to; the page scales the drawing.
  /// \throws std::runtime_error if gnuplot fails.
  void draw(const Gnuplot& gnuplot, const std::string& script, int width = 640, int height = 430);
};

} // namespace terrace::program
