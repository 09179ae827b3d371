#include "report/ModelFigures.hpp"

#include "report/Gnuplot.hpp"
#include "report/ImageFigures.hpp"
#include "report/LearnedModel.hpp"
#include "report/PlotAxis.hpp"
#include "report/PlotStyle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace terrace::program {
namespace {

using dataset::Task;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.8g", value);
  return text;
}

// A line of a data block.
std::string line(std::initializer_list<double> numbers) {
  std::string text;
  for (const double value : numbers) text += (text.empty() ? "" : " ") + number(value);
  return text + "\n";
}

// The distance between drawn samples, so that at most `most` are drawn.
std::size_t strideOf(std::size_t samples, std::size_t most) {
  return std::max<std::size_t>(1, (samples + most - 1) / most);
}

std::string thinnedNote(std::size_t stride) {
  return stride == 1 ? "" : " Every " + std::to_string(stride) + "th sample is drawn.";
}

// The rectangle of the samples with a margin.
struct Rectangle {
  std::array<double, 2> low, high;

  explicit Rectangle(const dataset::Split& samples) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    low = {infinity, infinity};
    high = {-infinity, -infinity};
    for (std::size_t i = 0; i < samples.inputs.size(); ++i) {
      low[i % 2] = std::min(low[i % 2], samples.inputs[i]);
      high[i % 2] = std::max(high[i % 2], samples.inputs[i]);
    }
    for (const std::size_t i : {0U, 1U}) {
      const double margin = high[i] > low[i] ? 0.06 * (high[i] - low[i]) : 1;
      low[i] -= margin;
      high[i] += margin;
    }
  }

  std::string ranges() const {
    return "set xrange [" + number(low[0]) + ":" + number(high[0]) + "]\nset yrange [" + number(low[1]) +
           ":" + number(high[1]) + "]\n";
  }

  double at(std::size_t axis, int step, int steps) const {
    return low[axis] + (high[axis] - low[axis]) * step / (steps - 1);
  }
};

// Block $regions: x, y, class at the points of a grid.
std::string regionsBlock(const LearnedModel& model, const Rectangle& area) {
  constexpr int points = 300, rowsTogether = 30; // many classes have many outputs
  std::string block = "$regions << EOD\n";
  for (int first = 0; first < points; first += rowsTogether) {
    std::vector<double> inputs;
    for (int row = first; row < first + rowsTogether; ++row)
      for (int column = 0; column < points; ++column) {
        inputs.push_back(area.at(0, column, points));
        inputs.push_back(area.at(1, row, points));
      }
    const auto labels = model.labels(model.outputs(inputs));
    for (std::size_t i = 0; i < labels.size(); ++i)
      block += line({inputs[2 * i], inputs[2 * i + 1], static_cast<double>(labels[i])});
  }
  return block + "EOD\n";
}

// Long names would leave no room for the drawing.
std::string abridged(const std::string& name) {
  constexpr std::size_t most = 20;
  if (name.size() <= most) return name;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end; // whole letters of UTF-8
  return name.substr(0, end) + "...";
}

// A text for the scripts.
std::string shortName(const std::string& name) {
  return gnuplotString(abridged(name));
}

// The same of a tic, whose label is a format: a percent sign stands twice.
std::string ticName(const std::string& name) {
  std::string format;
  for (const char c : abridged(name)) format += c == '%' ? std::string("%%") : std::string(1, c);
  return gnuplotString(format);
}

// Tics with the names of classes, where there are names and few classes.
std::string classTics(const LearnedModel& model, std::size_t classes) {
  constexpr std::size_t most = 20;
  if (model.description().outputNames.empty()) return classes <= 12 ? "set xtics 1\nset ytics 1\n" : "";
  if (classes > most) return "";
  std::string tics;
  for (std::size_t c = 0; c < classes; ++c)
    tics += (c ? ", " : "") + ticName(model.className(c)) + " " + std::to_string(c);
  return "set xtics rotate by 45 right noenhanced (" + tics + ")\nset ytics noenhanced (" + tics + ")\n";
}

constexpr std::size_t mostInLegend = 20;

// Blocks $class0, $class1, ... of the samples by true class, and $wrong of the misclassified ones.
struct SampleBlocks {
  std::string text;
  std::vector<std::size_t> filled; // classes that have samples
  bool anyWrong = false;
};

SampleBlocks sampleBlocks(const LearnedModel& model, std::size_t stride) {
  const auto predicted = model.labels(model.predictions());
  const auto& samples = model.samples();
  std::map<std::size_t, std::string> points;
  std::string wrong;
  for (std::size_t i = 0; i < samples.samples; i += stride) {
    const std::string point = line({samples.inputs[2 * i], samples.inputs[2 * i + 1]});
    points[static_cast<std::size_t>(samples.labels[i])] += point;
    if (predicted[i] != samples.labels[i]) wrong += point;
  }
  SampleBlocks blocks;
  for (const auto& [label, text] : points) {
    blocks.text += "$class" + std::to_string(label) + " << EOD\n" + text + "EOD\n";
    blocks.filled.push_back(label);
  }
  blocks.text += "$wrong << EOD\n" + wrong + "EOD\n";
  blocks.anyWrong = !wrong.empty();
  return blocks;
}

// Colours repeat; the image has as many as are told apart.
std::string classPalette(std::size_t classes) {
  std::string palette = "set palette maxcolors " + std::to_string(classes) + " defined (";
  for (std::size_t c = 0; c < classes; ++c)
    palette += (c ? ", " : "") + std::to_string(c) + " '" + paleColourOf(c) + "'";
  return palette + ")\nset cbrange [-0.5:" + std::to_string(classes - 1) + ".5]\nunset colorbox\n";
}

Figure decisionRegions(const LearnedModel& model, const std::string& id, const std::string& solver,
                       const Gnuplot& gnuplot) {
  const auto classes = static_cast<std::size_t>(model.description().outputs);
  const Rectangle area(model.samples());
  const std::size_t stride = strideOf(model.samples().samples, 1000);
  const SampleBlocks blocks = sampleBlocks(model, stride);
  const bool hasLegend = classes <= mostInLegend;
  const std::size_t colours = std::min(classes, mostInLegend + 1);
  const auto& names = model.description().inputNames;
  std::string script =
      regionsBlock(model, area) + blocks.text + classPalette(colours) +
      "unset grid\nset border 15\nset size ratio -1\nset key outside right center vertical Left reverse "
      "width 1 samplen 1\n" +
      (names.size() == 2 ? "set xlabel " + shortName(names[0]) + " noenhanced\nset ylabel " +
                               shortName(names[1]) + " noenhanced\n"
                         : std::string("set xlabel 'x_1'\nset ylabel 'x_2'\n")) +
      area.ranges();
  script += "plot $regions using 1:2:(int($3) % " + std::to_string(colours) + ") with image notitle";
  for (const std::size_t c : blocks.filled)
    script += ", $class" + std::to_string(c) + " with points pointsize 0.5 pointtype " +
              std::to_string(markOf(c % colours)) + " linecolor '" + colourOf(c % colours) + "' " +
              (hasLegend ? "title " + shortName((model.description().outputNames.empty() ? "class " : "") +
                                                model.className(c))
                         : std::string("notitle"));
  if (blocks.anyWrong)
    script += ", $wrong with points pointtype 6 pointsize 1.1 linewidth 1.4 linecolor 'black' title 'wrong'";
  Figure figure{id + "-regions", "Decision regions: " + solver,
                "Class that the network gives to each point of the plane (pale), and the " +
                    model.samplesName() +
                    " by their true class; samples with another predicted class are ringed." +
                    (hasLegend ? ""
                               : " The " + std::to_string(classes) + " classes share " +
                                     std::to_string(colours) + " colours.") +
                    thinnedNote(stride),
                ""};
  figure.draw(gnuplot, script + "\n", 520, 430);
  return figure;
}

// Numbers of samples by true and predicted class. Where the classes are many, neighbours share a cell.
struct Confusions {
  std::size_t together;                  // classes of a row or column
  std::vector<std::vector<long>> counts; // rows: true; columns: predicted
  long right = 0;
};

Confusions confusions(const LearnedModel& model) {
  constexpr std::size_t mostCells = 50;
  const auto classes = static_cast<std::size_t>(model.description().outputs);
  Confusions found{strideOf(classes, mostCells), {}, 0};
  const std::size_t cells = (classes + found.together - 1) / found.together;
  found.counts.assign(cells, std::vector<long>(cells, 0));
  const auto predicted = model.labels(model.predictions());
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    const int label = model.samples().labels[i];
    ++found.counts[static_cast<std::size_t>(label) / found.together]
                  [static_cast<std::size_t>(predicted[i]) / found.together];
    found.right += label == predicted[i] ? 1 : 0;
  }
  return found;
}

std::string confusionCells(const std::vector<std::vector<long>>& counts) {
  std::string cells = "$cells << EOD\n";
  for (std::size_t row = 0; row < counts.size(); ++row) {
    long inRow = 0;
    for (const long count : counts[row]) inRow += count;
    for (std::size_t column = 0; column < counts.size(); ++column) {
      const long count = counts[row][column];
      const double part = inRow > 0 ? static_cast<double>(count) / static_cast<double>(inRow) : 0;
      cells += line({static_cast<double>(column), static_cast<double>(row), part, static_cast<double>(count),
                     part > 0.5 ? double(0xFFFFFF) : 0.0});
    }
  }
  return cells + "EOD\n";
}

// "a 93 %, b 87 %": the part of each class that is predicted right.
std::string accuracies(const LearnedModel& model, const Confusions& found) {
  std::string text;
  for (std::size_t c = 0; c < found.counts.size(); ++c) {
    const long all = std::accumulate(found.counts[c].begin(), found.counts[c].end(), 0L);
    if (all == 0) continue;
    text += (text.empty() ? "" : ", ") + model.className(c) + " " +
            std::to_string(
                std::lround(100.0 * static_cast<double>(found.counts[c][c]) / static_cast<double>(all))) +
            " %";
  }
  return text;
}

Figure confusionMatrix(const LearnedModel& model, const std::string& id, const std::string& solver,
                       const Gnuplot& gnuplot) {
  const auto found = confusions(model);
  const std::size_t cells = found.counts.size();
  const bool isWhole = found.together == 1;
  const std::string end = std::to_string(cells - 1) + ".5";
  std::string script = confusionCells(found.counts) + "set palette defined (0 '#ffffff', 1 '" + colourOf(0) +
                       "')\nset cbrange [0:1]\nset cblabel 'part of the true class'\nunset grid\nset border "
                       "15\nset size ratio -1\nset xlabel 'predicted class'\nset ylabel 'true class'\nset "
                       "tics out\nset xrange [-0.5:" +
                       end + "]\nset yrange [" + end + ":-0.5]\n" +
                       (isWhole ? classTics(model, cells) : "unset xtics\nunset ytics\n");
  script += "plot $cells using 1:2:3 with image pixels notitle";
  if (cells <= 20)
    script +=
        ", $cells using 1:2:(sprintf('%d', $4)):5 with labels font ',12' textcolor rgb variable notitle";
  Figure figure{id + "-confusion", "Confusion matrix: " + solver,
                "Numbers of " + model.samplesName() + " by true and predicted class; " +
                    std::to_string(found.right) + " of " + std::to_string(model.samples().samples) +
                    (isWhole ? " are on the diagonal, predicted right: " + accuracies(model, found) + "."
                             : " are predicted right. A cell is of " + std::to_string(found.together) +
                                   " by " + std::to_string(found.together) + " classes in their order."),
                ""};
  figure.draw(gnuplot, script + "\n", 560, 430);
  return figure;
}

std::string outputName(const LearnedModel& model, std::size_t output) {
  const auto& names = model.description().outputNames;
  return names.empty() ? "output " + std::to_string(output + 1) : names[output];
}

Figure predictedAgainstTrue(const LearnedModel& model, const std::string& id, const std::string& solver,
                            const Gnuplot& gnuplot) {
  constexpr std::size_t mostOutputs = 6;
  const auto outputs = static_cast<std::size_t>(model.description().outputs);
  const auto &truth = model.samples().targets, &predicted = model.predictions();
  const std::size_t stride = strideOf(model.samples().samples, 1000);
  std::string blocks, plot;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t j = 0; j < std::min(outputs, mostOutputs); ++j) {
    blocks += "$output" + std::to_string(j) + " << EOD\n";
    for (std::size_t i = j; i < truth.size(); i += stride * outputs) {
      blocks += line({truth[i], predicted[i]});
      low = std::min({low, truth[i], predicted[i]});
      high = std::max({high, truth[i], predicted[i]});
    }
    blocks += "EOD\n";
    plot += ", $output" + std::to_string(j) + " with points pointsize 0.5 pointtype " +
            std::to_string(markOf(j)) + " linecolor rgb '#90" + colourOf(j).substr(1) + "' " +
            (outputs == 1 ? "notitle" : "title " + shortName(outputName(model, j)));
  }
  const std::string script = blocks + PlotAxis{"true value", false}.commands("x", low, high) +
                             PlotAxis{"predicted value", false}.commands("y", low, high) +
                             "set size ratio -1\nplot x with lines linecolor '#333333' linewidth 1 notitle" +
                             plot + "\n";
  Figure figure{
      id + "-predictions", "Predicted against true values: " + solver,
      "Outputs of the network for the " + model.samplesName() +
          " against the true values; on the line they agree." +
          (outputs > mostOutputs ? " The first 6 of " + std::to_string(outputs) + " outputs." : "") +
          thinnedNote(stride),
      ""};
  figure.draw(gnuplot, script, 560, 430);
  return figure;
}

} // namespace

std::vector<Figure> modelFigures(const LearnedModel& model, const std::string& id, const std::string& solver,
                                 const Gnuplot& gnuplot) {
  if (model.description().task == Task::Regression) return {predictedAgainstTrue(model, id, solver, gnuplot)};
  std::vector<Figure> figures;
  if (model.description().features == 2) figures.push_back(decisionRegions(model, id, solver, gnuplot));
  figures.push_back(confusionMatrix(model, id, solver, gnuplot));
  for (Figure& figure : imageFigures(model, id, solver, gnuplot)) figures.push_back(std::move(figure));
  return figures;
}

} // namespace terrace::program
