#include "report/CurveFigure.hpp"

#include "report/Gnuplot.hpp"
#include "report/PlotStyle.hpp"

#include <algorithm>
#include <limits>

namespace terrace::program {
namespace {

constexpr std::size_t parts = 250; // of a thinned curve; the eye does not see more on this width

// Collects the data blocks and the plot command. Thin lines come first, so that the medians lie on top.
class CurveScript {
public:
  CurveScript(const PlotAxis& x, const PlotAxis& y, double notBegun) : x_(x), y_(y), notBegun_(notBegun) {}

  // All points of all runs as marks.
  void addMarks(const CurveGroup& group, std::size_t index) {
    Series all;
    for (const auto& run : group.runs) {
      const Series points = thinned(drawable(run, x_.logarithmic, y_.logarithmic), x_.logarithmic, parts);
      for (std::size_t i = 0; i < points.size(); ++i) all.add(points.x[i], points.y[i]);
    }
    addLine(all, thick_,
            "linecolor '" + colourOf(index) + "' pointtype " + std::to_string(markOf(index)) +
                " pointsize 0.4",
            "", group.name, "points");
  }

  void add(const CurveGroup& group, std::size_t index) {
    std::vector<Series> runs;
    for (const auto& run : group.runs) runs.push_back(drawable(run, x_.logarithmic, y_.logarithmic));
    const std::string faint = "'#80" + colourOf(index).substr(1) + "'";
    for (const auto& side : group.side)
      addLine(drawable(side, x_.logarithmic, y_.logarithmic), thin_,
              "linecolor rgb " + faint + " dashtype (2,3) linewidth 1.2", "pointtype 6 pointsize 0.7", "");
    if (runs.size() > 1)
      for (const auto& run : runs)
        addLine(run, thin_, "linecolor rgb " + faint + " dashtype solid linewidth 0.8",
                "pointtype 7 pointsize 0.7", "");
    const Series median =
        thinned(runs.size() == 1 ? runs.front() : medianOf(runs, notBegun_), x_.logarithmic, parts);
    const std::string marks = median.size() > 8 ? " pointinterval " + std::to_string(median.size() / 6) : "";
    addLine(median, thick_, lineStyle(index) + " linewidth 2.6" + marks, "", group.name, "linespoints");
  }

  bool empty() const { return thin_.empty() && thick_.empty(); }

  std::string text() const {
    return blocks_ + x_.commands("x", lowX_, highX_) + y_.commands("y", lowY_, highY_) + "plot " + thin_ +
           (thin_.empty() || thick_.empty() ? "" : ", ") + thick_ + "\n";
  }

private:
  void addLine(const Series& series, std::string& plot, const std::string& style, const std::string& mark,
               const std::string& title, const std::string& kind = "lines") {
    if (series.empty()) return;
    const std::string name = "$curve" + std::to_string(curves_++);
    blocks_ += dataBlock(name, kind == "points" ? series : thinned(series, x_.logarithmic, parts));
    // A line of one point is invisible.
    const bool single = series.size() == 1 && kind == "lines";
    plot += (plot.empty() ? "" : ", ") + name + " using 1:2 with " + (single ? "points " + mark : kind) +
            " " + style + (title.empty() ? " notitle" : " title " + gnuplotString(title));
    const auto [left, right] = std::minmax_element(series.x.begin(), series.x.end());
    const auto [low, high] = std::minmax_element(series.y.begin(), series.y.end());
    lowX_ = std::min(lowX_, *left);
    highX_ = std::max(highX_, *right);
    lowY_ = std::min(lowY_, *low);
    highY_ = std::max(highY_, *high);
  }

  PlotAxis x_, y_;
  double notBegun_;
  std::string blocks_, thin_, thick_;
  int curves_ = 0;
  double lowX_ = std::numeric_limits<double>::infinity(), highX_ = -lowX_;
  double lowY_ = lowX_, highY_ = -lowX_;
};

} // namespace

std::optional<Figure> CurveFigure::draw(const Gnuplot& gnuplot) const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CurveScript script(x, y, largerIsBetter ? -infinity : infinity);
  for (std::size_t i = 0; i < groups.size(); ++i)
    (marksOnly ? script.addMarks(groups[i], i) : script.add(groups[i], i));
  if (script.empty()) return std::nullopt;
  Figure drawn = figure;
  drawn.draw(gnuplot, script.text());
  return drawn;
}

} // namespace terrace::program
