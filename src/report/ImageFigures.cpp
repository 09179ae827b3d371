#include "report/ImageFigures.hpp"

#include "report/Gnuplot.hpp"
#include "report/LearnedModel.hpp"

#include <terrace/resnet/network/Shape.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>

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

// Of a pixel, each part in [0, 1].
using Colour = std::array<double, 3>;

// Small pictures side by side on a sheet, with room for lines of text below each. What is not set is not
// drawn.
class Sheet {
public:
  Sheet(int count, int width, int height, int textHeight)
      : across_(picturesAcross), width_(width + gap), height_(height + textHeight), textHeight_(textHeight),
        columns_(across_ * width_), rows_((count + across_ - 1) / across_ * height_),
        pixels_(static_cast<std::size_t>(columns_ * rows_)) {}

  void set(int picture, int x, int y, const Colour& colour) {
    pixels_[static_cast<std::size_t>((picture / across_ * height_ + y) * columns_ +
                                     picture % across_ * width_ + x)] = colour;
  }
  // A line of text below a picture: 0, 1, ..
  void label(int picture, int line, const std::string& text) {
    const double x = picture % across_ * width_ + 0.5 * (width_ - gap),
                 y = (picture / across_ + 1) * height_ - textHeight_ + lineHeight * width_ * (line + 0.6);
    labels_ += "set label " + gnuplotString(text) + " at " + number(x) + "," + number(y) +
               " center front font ',8' noenhanced\n";
  }

  // Commands that draw it.
  std::string script() const {
    std::string text = "$sheet << EOD\n";
    for (int y = 0; y < rows_; ++y)
      for (int x = 0; x < columns_; ++x) {
        const auto& pixel = pixels_[static_cast<std::size_t>(y * columns_ + x)];
        text += std::to_string(x) + " " + std::to_string(y);
        for (const double part : pixel.value_or(Colour{1, 1, 1}))
          text += " " + std::to_string(std::lround(255 * part));
        text += pixel ? " 255\n" : " 0\n";
      }
    return text +
           "EOD\nunset colorbox\nunset grid\nunset border\nunset tics\nset size ratio -1\nset xrange [-0.5:" +
           std::to_string(columns_ - 1) + ".5]\nset yrange [" + std::to_string(rows_ - 1) + ".5:-0.5]\n" +
           labels_ + "plot $sheet using 1:2:3:4:5:6 with rgbalpha notitle\n";
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
  std::vector<std::optional<Colour>> pixels_;
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

// Pixels of a sample, from its smallest value to its largest: in colour if it has three channels, else grey,
// by the mean of its channels.
std::vector<Colour> picture(const LearnedModel& model, std::size_t sample, const resnet::Shape& shape) {
  const auto pixels = static_cast<std::size_t>(shape.pixels()),
             channels = static_cast<std::size_t>(shape.channels);
  const double* values = model.samples().inputs.data() + sample * pixels * channels;
  std::vector<double> planes(values, values + pixels * channels);
  if (channels != 3) {
    planes.assign(pixels, 0.0);
    for (std::size_t i = 0; i < pixels * channels; ++i)
      planes[i % pixels] += values[i] / static_cast<double>(channels);
  }
  const auto [low, high] = std::minmax_element(planes.begin(), planes.end());
  const double from = *low, range = *high > *low ? *high - *low : 1;
  std::vector<Colour> colours(pixels);
  for (std::size_t p = 0; p < pixels; ++p)
    for (std::size_t c = 0; c < 3; ++c)
      colours[p][c] = (planes[(p + c * pixels) % planes.size()] - from) / range;
  return colours;
}

// From -1, blue, over 0, white, to 1, red.
Colour signedColour(double value) {
  const Colour end = value < 0 ? Colour{0x21 / 255.0, 0x66 / 255.0, 0xAC / 255.0}
                               : Colour{0xB2 / 255.0, 0x18 / 255.0, 0x2B / 255.0};
  Colour colour{};
  for (std::size_t c = 0; c < 3; ++c) colour[c] = 1 + std::abs(value) * (end[c] - 1);
  return colour;
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
    const auto colours = picture(model, sample, shape);
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x)
        sheet.set(k, x, y, colours[static_cast<std::size_t>(y * shape.width + x)]);
    const int label = model.samples().labels[sample];
    const bool isRight = predicted[sample] == label;
    sheet.label(k, 0, shortName(model, label) + ",");
    sheet.label(k, 1, isRight ? "as predicted" : "not " + shortName(model, predicted[sample]));
  }
  Figure figure{
      id + "-worst", "Worst predicted images: " + solver,
      "The " + model.samplesName() +
          " whose true class has the largest loss, the worst first: the true class, and the one that the "
          "network predicts.",
      ""};
  figure.draw(gnuplot, sheet.script(), 640, sheet.drawnHeight(640));
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
      sheet.set(k, tap % 3, tap / 3, signedColour(weights[9 * k + tap] / largest));
  Figure figure{
      id + "-stencils", "Stencils of the first layer: " + solver,
      "Weights of the lift, 3 x 3 pixels for each output and input channel: blue negative, white zero, red "
      "positive.",
      ""};
  figure.draw(gnuplot, sheet.script(), 480, sheet.drawnHeight(480));
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
