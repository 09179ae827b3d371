#include "report/ProfileFigures.hpp"

#include "report/Gnuplot.hpp"
#include "report/PlotAxis.hpp"
#include "report/PlotStyle.hpp"
#include "report/Series.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace terrace::program {
namespace {

using nlohmann::json;

constexpr double end = 1.15; // the curves end beyond the last step by this factor

// The curve of one solver: its value at 1, then a corner at each step.
Series profileOf(const json& solver, double last) {
  const auto ratios = solver.at("ratios").get<std::vector<double>>();
  const auto fractions = solver.at("fractions").get<std::vector<double>>();
  Series curve;
  double height = 0;
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    if (ratios[i] > 1) curve.add(ratios[i], height);
    height = fractions.at(i);
    curve.add(ratios[i], height);
  }
  if (curve.empty() || curve.x.front() > 1) {
    curve.x.insert(curve.x.begin(), 1.0);
    curve.y.insert(curve.y.begin(), 0.0);
  }
  curve.add(last, height);
  return curve;
}

double lastRatio(const json& profile) {
  double last = 1;
  for (const json& solver : profile.at("solvers"))
    for (const double ratio : solver.at("ratios")) last = std::max(last, ratio);
  return last;
}

std::string profileScript(const json& profile) {
  const double last = std::fmax(lastRatio(profile), 2) * end;
  std::string blocks, plot;
  std::size_t index = 0;
  for (const json& solver : profile.at("solvers")) {
    const std::string name = "$profile" + std::to_string(index);
    const Series curve = profileOf(solver, last);
    blocks += dataBlock(name, curve);
    plot += (plot.empty() ? "plot " : ", ") + name + " using 1:2 with linespoints pointinterval " +
            std::to_string(std::max<std::size_t>(1, curve.size() / 6)) + " linewidth 2.4 " +
            lineStyle(index) + " title " + gnuplotString(solver.at("name"));
    ++index;
  }
  return blocks + PlotAxis{"cost relative to the best solver", true}.commands("x", 1, last) +
         "set xrange [1:" + std::to_string(last) + "]\nset ylabel 'part of the instances'\n" +
         "set yrange [-0.02:1.02]\n" + plot + "\n";
}

Figure profileFigure(const json& profile, const std::string& prefix, bool work, const Gnuplot& gnuplot) {
  Figure figure{
      prefix + (work ? "profile-work" : "profile-seconds"),
      std::string("Performance profile: ") + (work ? "work units" : "seconds"),
      "Part of the " + profile.at("instances").dump() +
          " instances (problem, seed, target) that a solver brings to the target at no more than so "
          "many times the " +
          (work ? "work units" : "seconds") +
          " of the best solver there. High at the left: often the best; high at the right: reliable.",
      ""};
  figure.draw(gnuplot, profileScript(profile));
  return figure;
}

} // namespace

std::vector<Figure> profileFigures(const RecordedStudy& study, const std::string& prefix,
                                   const Gnuplot& gnuplot) {
  std::vector<Figure> figures;
  if (!study.profiles.is_object()) return figures;
  try {
    for (const bool work : {true, false}) {
      const auto profile = study.profiles.find(work ? "work_units" : "seconds");
      if (profile != study.profiles.end() && profile->at("instances") > 1)
        figures.push_back(profileFigure(*profile, prefix, work, gnuplot));
    }
  } catch (const json::exception& error) {
    throw std::invalid_argument("study \"" + study.name +
                                "\": its profiles are not those of terrace compare (" + error.what() + ").");
  }
  return figures;
}

} // namespace terrace::program
