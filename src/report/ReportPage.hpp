#pragma once

#include "report/Figure.hpp"
#include "report/RunGroups.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace terrace::program {

class Gnuplot;

/// A page about runs and studies: one HTML document that holds its figures and style and loads nothing.
class ReportPage {
public:
  /// \param progress  called after some figures with the number drawn.
  ReportPage(const RunGroups& groups, const Gnuplot& gnuplot, std::function<void(std::size_t)> progress)
      : groups_(groups), gnuplot_(gnuplot), progress_(std::move(progress)) {}

  /// Draws all figures and puts the page together.
  /// \throws std::runtime_error if gnuplot fails.
  std::string html();

  /// How many figures are on the page.
  std::size_t figures() const { return figures_; }

private:
  std::string title() const;
  std::string navigation() const;
  std::string problemSection(std::size_t index);
  std::string modelSection(const ProblemRuns& problem, const std::string& prefix);
  std::string profileSection();
  std::string deckSection() const;
  std::string figureGroup(const std::string& heading, const std::vector<Figure>& figures,
                          const std::string& notes = "");

  const RunGroups& groups_;
  const Gnuplot& gnuplot_;
  std::function<void(std::size_t)> progress_;
  std::size_t figures_ = 0;
};

} // namespace terrace::program
