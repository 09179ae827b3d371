#include <terrace/dataset/Generators.hpp>
#include <terrace/dataset/Random.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>

namespace terrace::dataset {
namespace {

constexpr double pi = 3.14159265358979323846;

struct Point {
  double x;
  double y;
};

/// Draws a point of a class.
using Sampler = std::function<Point(int, Random&)>;

template <class Value>
std::string text(Value value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

template <class Value>
void requireRange(const std::string& generator, const std::string& option, Value value, Value lowest,
                  Value highest) {
  if (value >= lowest && value <= highest) return;
  throw std::invalid_argument(generator + ": " + option + " = " + text(value) +
                              " is out of range; expected " + text(lowest) + ".." + text(highest) + ".");
}

void requireValid(const std::string& generator, const GeneratorOptions& options, int classes) {
  constexpr std::size_t most = 100000000;
  const auto least = static_cast<std::size_t>(classes);
  requireRange(generator, "train samples", options.trainSamples, least, most);
  if (options.testSamples > 0) requireRange(generator, "test samples", options.testSamples, least, most);
  requireRange(generator, "noise", options.noise, 0.0, 10.0);
}

Split makeSplit(std::size_t samples, int classes, double noise, Random random, const Sampler& sample) {
  Split split;
  split.samples = samples;
  split.features = 2;
  split.inputs.reserve(2 * samples);
  split.labels.reserve(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const int label = static_cast<int>(i % static_cast<std::size_t>(classes));
    const Point point = sample(label, random);
    split.inputs.push_back(point.x + noise * random.normal());
    split.inputs.push_back(point.y + noise * random.normal());
    split.labels.push_back(label);
  }
  return split;
}

Dataset makeDataset(const GeneratorOptions& options, int classes, const std::string& what,
                    const Sampler& sample) {
  constexpr std::uint64_t trainStream = 2;
  constexpr std::uint64_t testStream = 3;
  Dataset dataset;
  dataset.task = Task::Classification;
  dataset.inputShape = {2};
  dataset.classes = classes;
  dataset.description = what + "; " + text(options.trainSamples) + " training and " +
                        text(options.testSamples) + " test points, noise " + text(options.noise) + ", seed " +
                        text(options.seed) + ".";
  dataset.train =
      makeSplit(options.trainSamples, classes, options.noise, {options.seed, trainStream}, sample);
  dataset.test = makeSplit(options.testSamples, classes, options.noise, {options.seed, testStream}, sample);
  return dataset;
}

// Uniform in the area of a ring about (x, y), or of its part between two angles.
Point inRing(Random& random, Point centre, double inner, double outer, double begin = 0,
             double end = 2 * pi) {
  const double radius = std::sqrt(random.uniform(inner * inner, outer * outer));
  const double angle = random.uniform(begin, end);
  return {centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)};
}

constexpr Point leftEye{-0.35, 0.35};
constexpr Point rightEye{0.35, 0.35};
constexpr Point nose{0, 0};
constexpr double eyeRadius = 0.15;
constexpr double noseRadius = 0.1;
constexpr double faceRadius = 0.85;
constexpr double mouthInner = 0.45;
constexpr double mouthOuter = 0.6;
constexpr double mouthBegin = 200 * pi / 180;
constexpr double mouthEnd = 340 * pi / 180;

bool inDisc(Point point, Point centre, double radius) {
  return std::hypot(point.x - centre.x, point.y - centre.y) < radius;
}

bool onSkin(Point point) {
  const double radius = std::hypot(point.x, point.y);
  const double angle = std::atan2(point.y, point.x) + (point.y < 0 ? 2 * pi : 0);
  const bool mouth = radius >= mouthInner && radius < mouthOuter && angle >= mouthBegin && angle < mouthEnd;
  return !mouth && !inDisc(point, leftEye, eyeRadius) && !inDisc(point, rightEye, eyeRadius) &&
         !inDisc(point, nose, noseRadius);
}

Point sampleSmiley(int part, int classes, Random& random) {
  switch (part) {
  case 0:
    return inRing(random, {0, 0}, faceRadius, 1);
  case 1:
    return inRing(random, classes == 3 && random.below(2) == 1 ? rightEye : leftEye, 0, eyeRadius);
  case 2:
    return inRing(random, {0, 0}, mouthInner, mouthOuter, mouthBegin, mouthEnd);
  case 3:
    return inRing(random, rightEye, 0, eyeRadius);
  case 4:
    return inRing(random, nose, 0, noseRadius);
  default:
    Point point = inRing(random, {0, 0}, 0, faceRadius);
    while (!onSkin(point)) point = inRing(random, {0, 0}, 0, faceRadius);
    return point;
  }
}

} // namespace

Dataset makeSpiral(const SpiralOptions& options) {
  requireRange("spiral", "arms", options.arms, 2, 1000);
  requireRange("spiral", "turns", options.turns, -100.0, 100.0);
  requireValid("spiral", options, options.arms);
  const auto sample = [&](int arm, Random& random) -> Point {
    const double t = random.uniform();
    const double radius = 0.1 + 0.9 * t;
    const double angle = 2 * pi * (options.turns * t + static_cast<double>(arm) / options.arms);
    return {radius * std::cos(angle), radius * std::sin(angle)};
  };
  return makeDataset(options, options.arms,
                     "Spiral of " + text(options.arms) + " arms of " + text(options.turns) + " turns",
                     sample);
}

Dataset makeSmiley(const SmileyOptions& options) {
  requireRange("smiley", "classes", options.classes, 3, 6);
  requireValid("smiley", options, options.classes);
  const auto sample = [&](int part, Random& random) { return sampleSmiley(part, options.classes, random); };
  return makeDataset(options, options.classes, "Smiley of " + text(options.classes) + " classes", sample);
}

double peaks(double x, double y) {
  return 3 * (1 - x) * (1 - x) * std::exp(-x * x - (y + 1) * (y + 1)) -
         10 * (x / 5 - x * x * x - std::pow(y, 5)) * std::exp(-x * x - y * y) -
         std::exp(-(x + 1) * (x + 1) - y * y) / 3;
}

int peaksLevel(double z, int classes) {
  constexpr double smallest = -6.551133332835841; // at (0.22828, -1.62553)
  constexpr double largest = 8.106213589442340;   // at (-0.00932, 1.58137)
  const int level = static_cast<int>(std::floor((z - smallest) / (largest - smallest) * classes));
  return std::clamp(level, 0, classes - 1);
}

Dataset makePeaks(const PeaksOptions& options) {
  requireRange("peaks", "classes", options.classes, 2, 50);
  requireValid("peaks", options, options.classes);
  const auto sample = [&](int level, Random& random) {
    Point point{};
    do {
      point = {random.uniform(-3, 3), random.uniform(-3, 3)};
    } while (peaksLevel(peaks(point.x, point.y), options.classes) != level);
    return point;
  };
  return makeDataset(options, options.classes,
                     text(options.classes) + " level sets of MATLAB's peaks function, of equal height",
                     sample);
}

} // namespace terrace::dataset
