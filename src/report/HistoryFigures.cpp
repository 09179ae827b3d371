#include "report/HistoryFigures.hpp"

#include "report/CurveFigure.hpp"
#include "report/Gnuplot.hpp"
#include "report/PlotStyle.hpp"

#include <algorithm>
#include <optional>

namespace terrace::program {
namespace {

// Column y against column x. If `separate`, rows without the full loss become side curves.
CurveGroup curvesOf(const SolverRuns& solver, const std::string& x, const std::string& y, bool separate) {
  CurveGroup group{solver.name, {}, {}};
  for (const auto& run : solver.runs) {
    Series full, side;
    const auto &xs = run.history.column(x), &ys = run.history.column(y);
    for (std::size_t row = 0; row < xs.size(); ++row)
      (separate && !run.hasFullValue(row) ? side : full).add(xs[row], ys[row]);
    group.runs.push_back(std::move(full));
    group.side.push_back(std::move(side));
  }
  return group;
}

void addFigure(std::vector<Figure>& figures, const CurveFigure& figure, const Gnuplot& gnuplot) {
  if (auto drawn = figure.draw(gnuplot)) figures.push_back(std::move(*drawn));
}

bool hasSideRows(const ProblemRuns& problem) {
  for (const auto& solver : problem.solvers)
    for (const auto& run : solver.runs)
      for (std::size_t row = 0; row < run.history.rows(); ++row)
        if (!run.hasFullValue(row)) return true;
  return false;
}

// How to read a figure of curves.
std::string legend(const ProblemRuns& problem, bool separate) {
  const bool several = std::any_of(problem.solvers.begin(), problem.solvers.end(),
                                   [](const auto& solver) { return solver.runs.size() > 1; });
  return std::string(
             several
                 ? " Thin: each seed; thick: median of the seeds. A curve that has not begun counts as the "
                   "worst."
                 : "") +
         (separate && hasSideRows(problem) ? " Dotted: values of coarser levels or of a part of the samples."
                                           : "");
}

bool allHave(const ProblemRuns& problem, const std::string& column) {
  for (const auto& solver : problem.solvers)
    for (const auto& run : solver.runs)
      if (!run.history.has(column)) return false;
  return true;
}

struct Quantity {
  std::string id, column, title, label, meaning;
  bool logarithmic;
};

std::vector<Quantity> convergenceQuantities(const std::string& metric) {
  const bool accuracy = metric == "accuracy";
  return {{"loss", "value", "Loss", "loss with regularisation",
           "Loss with regularisation over the training samples", true},
          {"gradient", "gradient_norm", "Gradient norm", "gradient norm",
           "Norm of the gradient of the loss, in the network's metric", true},
          {"test", "test_" + metric, accuracy ? "Test accuracy" : "Test error",
           accuracy ? "accuracy on the test samples" : "relative error on the test samples",
           accuracy ? "Part of the test samples whose class is predicted right"
                    : "Relative L² error on the test samples",
           !accuracy},
          {"train", "train_" + metric, accuracy ? "Training accuracy" : "Training error",
           accuracy ? "accuracy on the training samples" : "relative error on the training samples",
           accuracy ? "Part of the training samples whose class is predicted right"
                    : "Relative L² error on the training samples",
           !accuracy},
          {"test-derivatives", "test_derivative_error", "Test error of derivatives",
           "relative error on the test samples", "Relative L² error of the derivatives on the test samples",
           true},
          {"train-derivatives", "train_derivative_error", "Training error of derivatives",
           "relative error on the training samples",
           "Relative L² error of the derivatives on the training samples", true},
          {"validation", "validation_loss", "Validation loss", "loss on the held-out samples",
           "Loss without regularisation over the samples that are held out", true}};
}

constexpr const char* workLabel = "work units";
constexpr const char* secondsLabel = "seconds";

// The values of a column that are `wanted`, over the iterations.
CurveGroup iterationCurves(const SolverRuns& solver, const std::string& column, bool (*wanted)(double)) {
  CurveGroup group{solver.name, {}, {}};
  for (const auto& run : solver.runs) {
    Series series;
    const auto &iterations = run.history.column("iteration"), &values = run.history.column(column);
    for (std::size_t row = 0; row < values.size(); ++row)
      if (wanted(values[row])) series.add(iterations[row], values[row]);
    group.runs.push_back(std::move(series));
  }
  return group;
}

constexpr double lowestRatio = -0.5, highestRatio = 2;

CurveGroup withinRatios(CurveGroup group) {
  for (auto& run : group.runs)
    for (double& ratio : run.y) ratio = std::clamp(ratio, lowestRatio, highestRatio);
  return group;
}

bool usesLevels(const RecordedRun& run) {
  const auto& coarsest = run.history.column("coarsest_level");
  return std::any_of(coarsest.begin(), coarsest.end(), [](double level) { return level > 0; });
}

// Lines from the level of an iteration to the coarsest level that it visited. A line stands for some
// iterations.
struct LevelLines {
  std::string accepted, rejected;
  double coarsest = 0;
};

LevelLines levelLines(const HistoryColumns& history) {
  constexpr std::size_t most = 800; // lines that the eye can tell apart
  const std::size_t together = (history.rows() + most - 1) / most;
  const auto &iteration = history.column("iteration"), &level = history.column("level"),
             &coarsest = history.column("coarsest_level"), &moved = history.column("accepted");
  LevelLines lines;
  for (std::size_t first = 0; first < history.rows(); first += together) {
    double top = level[first], bottom = coarsest[first];
    bool accepted = false;
    for (std::size_t row = first; row < std::min(first + together, history.rows()); ++row) {
      top = std::min(top, level[row]);
      bottom = std::max(bottom, coarsest[row]);
      accepted = accepted || moved[row] != 0;
    }
    lines.coarsest = std::max(lines.coarsest, bottom);
    (accepted ? lines.accepted : lines.rejected) += std::to_string(static_cast<long>(iteration[first])) +
                                                    " " + std::to_string(static_cast<int>(top)) + " " +
                                                    std::to_string(static_cast<int>(bottom - top)) + "\n";
  }
  return lines;
}

std::string levelScript(const HistoryColumns& history) {
  const LevelLines lines = levelLines(history);
  std::string blocks, plot;
  const auto add = [&](const std::string& name, const std::string& data, const std::string& colour,
                       const std::string& mark, const std::string& title) {
    if (data.empty()) return;
    blocks += "$" + name + " << EOD\n" + data + "EOD\n";
    plot += (plot.empty() ? "plot $" : ", $") + name + " using 1:2:(0):3 with vectors nohead linewidth 1.6 " +
            colour + " notitle, $" + name + " using 1:2 with points " + mark + " " + colour + " title '" +
            title + "'";
  };
  add("accepted", lines.accepted, "linecolor '" + colourOf(0) + "'", "pointtype 7 pointsize 0.45",
      "the iterate moved");
  add("rejected", lines.rejected, "linecolor '" + colourOf(1) + "'",
      "pointtype 2 pointsize 0.7 linewidth 1.5", "it did not");
  const std::string coarsest = std::to_string(static_cast<int>(lines.coarsest));
  const double last = history.column("iteration").back();
  return blocks + PlotAxis{"iteration", false}.commands("x", 0, last) + "set ylabel 'level (0: finest)'\n" +
         "set yrange [" + coarsest + ".4:-0.4]\nset ytics 1\n" + plot + "\n";
}

} // namespace

std::vector<Figure> convergenceFigures(const ProblemRuns& problem, const std::string& prefix,
                                       const Gnuplot& gnuplot) {
  std::vector<Figure> figures;
  for (const auto& quantity : convergenceQuantities(problem.solvers.front().runs.front().metric)) {
    if (!allHave(problem, quantity.column)) continue;
    for (const bool work : {true, false}) {
      CurveFigure figure;
      figure.figure.id = prefix + quantity.id + (work ? "-work" : "-seconds");
      figure.figure.title = quantity.title + (work ? " against work" : " against time");
      figure.figure.caption = quantity.meaning +
                              (work ? ", against work units (one: a forward-and-backward sweep "
                                      "of the finest network over all training samples)."
                                    : ", against wall-clock seconds of the training.") +
                              legend(problem, true);
      figure.x = {work ? workLabel : secondsLabel, true};
      figure.y = {quantity.label, quantity.logarithmic};
      figure.largerIsBetter = !quantity.logarithmic;
      for (const auto& solver : problem.solvers)
        figure.groups.push_back(curvesOf(solver, work ? "work" : "seconds", quantity.column, true));
      addFigure(figures, figure, gnuplot);
    }
  }
  return figures;
}

std::vector<Figure> iterationFigures(const ProblemRuns& problem, const std::string& prefix,
                                     const Gnuplot& gnuplot) {
  const auto positive = [](double value) { return value > 0; };
  const auto notZero = [](double value) { return value != 0; };
  CurveFigure radius, ratio, samples;
  for (const auto& solver : problem.solvers) {
    radius.groups.push_back(iterationCurves(solver, "radius", positive));
    ratio.groups.push_back(withinRatios(iterationCurves(solver, "ratio", notZero)));
    samples.groups.push_back(iterationCurves(solver, "samples", positive));
  }
  const std::string seeds = legend(problem, false);
  radius.figure = {prefix + "radius", "Trust-region radius",
                   "Trust-region radius after each iteration, in the network's metric." + seeds, ""};
  radius.y = {"radius", true};
  ratio.figure = {
      prefix + "ratio", "Ratio of actual to predicted reduction",
      "Actual over predicted reduction of each iteration's last trial step; 1 is a perfect model. "
      "Values outside -0.5 to 2 are drawn at the edge, iterations without a trial step not at all.",
      ""};
  ratio.y = {"ratio", false};
  ratio.marksOnly = true;
  samples.figure = {prefix + "samples", "Samples", "Training samples of each iteration's level." + seeds, ""};
  samples.y = {"samples", true};
  std::vector<Figure> figures;
  for (CurveFigure* figure : {&radius, &ratio, &samples}) {
    figure->x = {"iteration", false};
    addFigure(figures, *figure, gnuplot);
  }
  return figures;
}

std::vector<Figure> levelFigures(const ProblemRuns& problem, const std::string& prefix,
                                 const Gnuplot& gnuplot) {
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < problem.solvers.size(); ++i) {
    const auto& solver = problem.solvers[i];
    const RecordedRun* run = solver.typical();
    if (run == nullptr || !usesLevels(*run)) continue;
    Figure figure{prefix + "levels-" + std::to_string(i + 1), "Levels: " + solver.name,
                  "Levels that each iteration visited: a mark at its own level, a line down to the coarsest "
                  "one. First evaluations count as iterations that did not move. "
                  "Seed " +
                      std::to_string(run->seed()) +
                      (solver.runs.size() > 1 ? ", the run with the median final loss." : "."),
                  ""};
    figure.draw(gnuplot, levelScript(run->history), 640, 260);
    figures.push_back(std::move(figure));
  }
  return figures;
}

} // namespace terrace::program
