#include "report/ImageFigures.hpp"

#include "report/Gnuplot.hpp"
#include "report/LearnedModel.hpp"

#include <terrace/resnet/network/Shape.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

namespace terrace::program {
namespace {

constexpr int picturesAcross = 8;
constexpr int mostPictures = 24;
constexpr int largestSide = 64;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

// Small pictures side by side on a sheet, with room for lines of text below each. What is not set is not
// drawn.
class Sheet {
public:
  Sheet(int count, int width, int height, int textHeight)
      : across_(picturesAcross), width_(width + gap), height_(height + textHeight), textHeight_(textHeight),
        columns_(across_ * width_), rows_((count + across_ - 1) / across_ * height_),
        values_(static_cast<std::size_t>(columns_ * rows_), std::numeric_limits<double>::quiet_NaN()) {}

  void set(int picture, int x, int y, double value) {
    values_[static_cast<std::size_t>((picture / across_ * height_ + y) * columns_ +
                                     picture % across_ * width_ + x)] = value;
  }
  // A line of text below a picture: 0, 1, ..
  void label(int picture, int line, const std::string& text) {
    const double x = picture % across_ * width_ + 0.5 * (width_ - gap),
                 y = (picture / across_ + 1) * height_ - textHeight_ + lineHeight * width_ * (line + 0.6);
    labels_ += "set label " + gnuplotString(text) + " at " + number(x) + "," + number(y) +
               " center front font ',8' noenhanced\n";
  }

  // Commands that draw it; values in [0, 1] become the colours of the palette.
  std::string script(const std::string& palette) const {
    std::string text = "$sheet << EOD\n";
    for (int y = 0; y < rows_; ++y)
      for (int x = 0; x < columns_; ++x)
        text += std::to_string(x) + " " + std::to_string(y) + " " +
                number(values_[static_cast<std::size_t>(y * columns_ + x)]) + "\n";
    return text + "EOD\nset palette " + palette +
           "\nset cbrange [0:1]\nunset colorbox\nunset grid\nunset border\nunset tics\nset size ratio "
           "-1\nset xrange "
           "[-0.5:" +
           std::to_string(columns_ - 1) + ".5]\nset yrange [" + std::to_string(rows_ - 1) + ".5:-0.5]\n" +
           labels_ + "plot $sheet using 1:2:3 with image pixels notitle\n";
  }
  int drawnHeight(int drawnWidth) const { return std::max(90, drawnWidth * rows_ / columns_); }

  // Of a line of text, where the sheet is drawn 640 wide; by the width of a picture with its gap.
  static constexpr double lineHeight = 0.14;
  static constexpr int gap = 2;

private:
  int across_;
  int width_;  ///< Of a picture with the gap.
  int height_; ///< Of a picture with its text.
  int textHeight_;
  int columns_;
  int rows_;
  std::vector<double> values_;
  std::string labels_;
};

resnet::Shape shapeOf(const LearnedModel& model) {
  return resnet::Shape::ofInput(model.description().inputShape);
}

// The loss of each sample by its true class.
std::vector<double> losses(const LearnedModel& model) {
  const auto classes = static_cast<std::size_t>(model.description().outputs);
  const auto& outputs = model.predictions();
  std::vector<double> all;
  for (std::size_t s = 0; s < model.samples().samples; ++s) {
    const double* y = outputs.data() + s * classes;
    const double largest = *std::max_element(y, y + classes);
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += std::exp(y[c] - largest);
    all.push_back(std::log(sum) + largest - y[model.samples().labels[s]]);
  }
  return all;
}

std::vector<std::size_t> worstSamples(const LearnedModel& model) {
  const auto loss = losses(model);
  std::vector<std::size_t> order(loss.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t count = std::min<std::size_t>(order.size(), mostPictures);
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
      [&](std::size_t a, std::size_t b) { return loss[a] > loss[b] || (loss[a] == loss[b] && a < b); });
  order.resize(count);
  return order;
}

// Grey values of a sample: the mean of its channels, from its darkest pixel to its brightest.
std::vector<double> greyValues(const LearnedModel& model, std::size_t sample, const resnet::Shape& shape) {
  const auto pixels = static_cast<std::size_t>(shape.pixels()),
             channels = static_cast<std::size_t>(shape.channels);
  const double* values = model.samples().inputs.data() + sample * pixels * channels;
  std::vector<double> grey(pixels, 0.0);
  for (std::size_t i = 0; i < pixels * channels; ++i)
    grey[i % pixels] += values[i] / static_cast<double>(channels);
  const auto [low, high] = std::minmax_element(grey.begin(), grey.end());
  const double from = *low, range = *high > *low ? *high - *low : 1;
  for (double& value : grey) value = (value - from) / range;
  return grey;
}

// Of a class, as long as a picture is wide.
std::string shortName(const LearnedModel& model, int label) {
  constexpr std::size_t most = 11;
  std::string name = model.className(static_cast<std::size_t>(label));
  std::size_t end = std::min(most, name.size());
  while (end < name.size() && end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U)
    --end; // whole letters of UTF-8
  return name.substr(0, end);
}

Figure worstPredicted(const LearnedModel& model, const std::string& id, const std::string& solver,
                      const Gnuplot& gnuplot) {
  const auto shape = shapeOf(model);
  const auto worst = worstSamples(model);
  const auto predicted = model.labels(model.predictions());
  Sheet sheet(static_cast<int>(worst.size()), shape.width, shape.height,
              static_cast<int>(std::ceil(2.2 * Sheet::lineHeight * (shape.width + Sheet::gap))));
  for (int k = 0; k < static_cast<int>(worst.size()); ++k) {
    const std::size_t sample = worst[static_cast<std::size_t>(k)];
    const auto grey = greyValues(model, sample, shape);
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x)
        sheet.set(k, x, y, grey[static_cast<std::size_t>(y * shape.width + x)]);
    sheet.label(k, 0, shortName(model, model.samples().labels[sample]) + ",");
    sheet.label(k, 1, "not " + shortName(model, predicted[sample]));
  }
  Figure figure{
      id + "-worst", "Worst predicted images: " + solver,
      "The " + model.samplesName() +
          " whose true class has the largest loss, the worst first: the true class, and the one that the "
          "network predicts.",
      ""};
  figure.draw(gnuplot, sheet.script("gray"), 640, sheet.drawnHeight(640));
  return figure;
}

// Null if the first layer is no convolution.
const resnet::ParameterRun* firstConvolution(const LearnedModel& model) {
  const auto* lift = model.layout().lift();
  return lift != nullptr && lift->taps() > 1 ? lift : nullptr;
}

Figure firstStencils(const LearnedModel& model, const resnet::ParameterRun& lift, const std::string& id,
                     const std::string& solver, const Gnuplot& gnuplot) {
  const auto parameters = model.parameters();
  const double* weights = parameters.data() + lift.offset;
  const int count = std::min(lift.outputs() * lift.inputs(), 8 * picturesAcross);
  double largest = 1e-300;
  for (int i = 0; i < count * 9; ++i) largest = std::max(largest, std::abs(weights[i]));
  Sheet sheet(count, 3, 3, 2);
  for (int k = 0; k < count; ++k)
    for (int tap = 0; tap < 9; ++tap)
      sheet.set(k, tap % 3, tap / 3, 0.5 + 0.5 * weights[9 * k + tap] / largest);
  Figure figure{
      id + "-stencils", "Stencils of the first layer: " + solver,
      "Weights of the lift, 3 x 3 pixels for each output and input channel: blue negative, white zero, red "
      "positive.",
      ""};
  figure.draw(gnuplot, sheet.script("defined (0 '#2166ac', 0.5 '#ffffff', 1 '#b2182b')"), 480,
              sheet.drawnHeight(480));
  return figure;
}

} // namespace

std::vector<Figure> imageFigures(const LearnedModel& model, const std::string& id, const std::string& solver,
                                 const Gnuplot& gnuplot) {
  const auto shape = shapeOf(model);
  std::vector<Figure> figures;
  if (shape.height < 2 || shape.width < 2 || std::max(shape.height, shape.width) > largestSide)
    return figures;
  if (model.description().task != dataset::Task::Classification) return figures;
  figures.push_back(worstPredicted(model, id, solver, gnuplot));
  if (const auto* lift = firstConvolution(model))
    figures.push_back(firstStencils(model, *lift, id, solver, gnuplot));
  return figures;
}

} // namespace terrace::program
