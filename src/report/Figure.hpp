#pragma once

#include <string>

namespace terrace::program {

class Gnuplot;

/// A drawing with its title and caption.
struct Figure {
  std::string id; ///< of the element in the page
  std::string title;
  std::string caption; ///< what the drawing shows and how to read it
  std::string svg;     ///< the element, ready for a page

  /// The figure as an element of a page.
  std::string html() const;

  /// Draws a script of gnuplot. The script sets neither terminal nor output.
  /// \param width, height  in the pixels that gnuplot's font sizes refer to; the page scales the drawing.
  /// \throws std::runtime_error if gnuplot fails.
  void draw(const Gnuplot& gnuplot, const std::string& script, int width = 640, int height = 430);
};

} // namespace terrace::program
