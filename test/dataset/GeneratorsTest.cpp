#include "TemporaryFolder.hpp"

#include <terrace/dataset/Generators.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace terrace::dataset {
namespace {

using test::messageOf;

constexpr double pi = 3.14159265358979323846;

struct Point {
  double x, y;
  double radius() const { return std::hypot(x, y); }
  double distance(double a, double b) const { return std::hypot(x - a, y - b); }
};

// Calls \p check with every point of both splits and its label.
void forEachPoint(const Dataset& data, const std::function<void(Point, int)>& check) {
  for (const Split* split : {&data.train, &data.test})
    for (std::size_t i = 0; i < split->samples; ++i)
      check({split->inputs[2 * i], split->inputs[2 * i + 1]}, split->labels[i]);
}

// Number of points of a class in a region.
std::size_t countIn(const Dataset& data, int label, const std::function<bool(Point)>& region) {
  std::size_t count = 0;
  forEachPoint(data, [&](Point p, int l) { count += l == label && region(p) ? 1U : 0U; });
  return count;
}

template <class Options>
Options small(double noise) {
  Options options;
  options.trainSamples = 601;
  options.testSamples = 100;
  options.noise = noise;
  return options;
}

PeaksOptions smallPeaks(double noise = 0) {
  return small<PeaksOptions>(noise);
}
SmileyOptions smallSmiley(int classes, double noise = 0) {
  auto options = small<SmileyOptions>(noise);
  options.classes = classes;
  return options;
}
SpiralOptions smallSpiral(int arms, double noise = 0) {
  auto options = small<SpiralOptions>(noise);
  options.arms = arms;
  return options;
}

void expectBalanced(const Split& split, std::size_t samples, int classes) {
  ASSERT_EQ(split.samples, samples);
  ASSERT_EQ(split.labels.size(), samples);
  ASSERT_EQ(split.inputs.size(), 2 * samples);
  std::vector<std::size_t> counts(static_cast<std::size_t>(classes), 0);
  for (const int label : split.labels) ++counts.at(static_cast<std::size_t>(label));
  for (const std::size_t count : counts) {
    EXPECT_GE(count, samples / counts.size());
    EXPECT_LE(count, samples / counts.size() + 1);
  }
}

TEST(Generators, ClassesAreOfEqualSize) {
  for (const auto& data : {makeSpiral(smallSpiral(3)), makeSmiley(smallSmiley(6)), makePeaks(smallPeaks())}) {
    EXPECT_EQ(data.task, Task::Classification);
    EXPECT_EQ(data.inputShape, std::vector<int>{2});
    expectBalanced(data.train, 601, data.classes);
    expectBalanced(data.test, 100, data.classes);
  }
}

template <class Options>
void expectSeeded(Dataset (*make)(const Options&), Options options) {
  const auto first = make(options);
  EXPECT_EQ(first.train.inputs, make(options).train.inputs);
  EXPECT_EQ(first.test.inputs, make(options).test.inputs);
  EXPECT_NE(first.train.inputs[0], first.test.inputs[0]);
  auto larger = options;
  larger.trainSamples += 100;
  EXPECT_EQ(first.test.inputs, make(larger).test.inputs);
  options.seed = 2;
  EXPECT_NE(first.train.inputs, make(options).train.inputs);
  EXPECT_NE(first.test.inputs, make(options).test.inputs);
}

TEST(Generators, TheSeedDecidesTheData) {
  expectSeeded(makeSpiral, smallSpiral(2, 0.1));
  expectSeeded(makeSmiley, smallSmiley(3, 0.1));
  expectSeeded(makePeaks, smallPeaks(0.1));
}

TEST(Generators, NoiseHasTheStandardDeviationAskedFor) {
  auto options = small<SpiralOptions>(0.5);
  options.trainSamples = 20000;
  const auto noisy = makeSpiral(options).train.inputs;
  options.noise = 0;
  const auto exact = makeSpiral(options).train.inputs;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < noisy.size(); ++i) {
    sum += noisy[i] - exact[i];
    squares += (noisy[i] - exact[i]) * (noisy[i] - exact[i]);
  }
  const auto n = static_cast<double>(noisy.size());
  EXPECT_NEAR(sum / n, 0, 0.01);                   // standard deviation: 0.0025
  EXPECT_NEAR(std::sqrt(squares / n), 0.5, 0.008); // standard deviation: 0.0018
}

TEST(Spiral, PointsLieOnTheArmOfTheirLabel) {
  for (const int arms : {2, 3, 7}) {
    const auto options = smallSpiral(arms);
    forEachPoint(makeSpiral(options), [&](Point p, int label) {
      const double t = (p.radius() - 0.1) / 0.9;
      ASSERT_GE(t, -1e-12);
      ASSERT_LT(t, 1);
      const double angle = 2 * pi * (options.turns * t + static_cast<double>(label) / arms);
      EXPECT_NEAR(p.distance(p.radius() * std::cos(angle), p.radius() * std::sin(angle)), 0, 1e-12);
    });
  }
}

TEST(Smiley, PointsLieInThePartOfTheirLabel) {
  for (const int classes : {3, 4, 5, 6}) {
    forEachPoint(makeSmiley(smallSmiley(classes)), [&](Point p, int label) {
      const bool outline = p.radius() >= 0.85 && p.radius() <= 1;
      const bool left = p.distance(-0.35, 0.35) <= 0.15;
      const bool right = p.distance(0.35, 0.35) <= 0.15;
      const bool mouth = p.radius() > 0.45 - 1e-12 && p.radius() < 0.6 && p.y < -0.15;
      const bool nose = p.radius() <= 0.1;
      const bool skin = p.radius() < 0.85 && !left && !right && !mouth && !nose;
      const std::vector<bool> parts{outline, classes == 3 ? left || right : left, mouth, right, nose, skin};
      EXPECT_TRUE(parts.at(static_cast<std::size_t>(label)))
          << "class " << label << ": " << p.x << ", " << p.y;
    });
  }
}

TEST(Smiley, OfThreeClassesHasBothEyesInOne) {
  const auto data = makeSmiley(smallSmiley(3));
  EXPECT_GT(countIn(data, 1, [](Point p) { return p.x < 0; }), 80U);
  EXPECT_GT(countIn(data, 1, [](Point p) { return p.x > 0; }), 80U);
}

TEST(Peaks, FunctionHasItsKnownExtremes) {
  EXPECT_NEAR(peaks(0, 0), 0.981011843, 1e-8);
  EXPECT_NEAR(peaks(-0.0093, 1.5814), 8.1062, 1e-4);
  EXPECT_NEAR(peaks(0.2283, -1.6255), -6.5511, 1e-4);
}

TEST(Peaks, LabelsAreTheLevelsOfTheFunction) {
  forEachPoint(makePeaks(smallPeaks()), [](Point p, int label) {
    ASSERT_LE(std::max(std::abs(p.x), std::abs(p.y)), 3);
    const double height = (8.1062136 + 6.5511333) / 5;
    const double z = peaks(p.x, p.y);
    EXPECT_GE(z, -6.5511334 + height * label - 1e-6);
    EXPECT_LE(z, -6.5511334 + height * (label + 1) + 1e-6);
  });
}

TEST(Peaks, FillTheWholeSquare) {
  auto options = smallPeaks();
  options.classes = 2;
  const auto data = makePeaks(options);
  for (const double sx : {-1.0, 1.0})
    for (const double sy : {-1.0, 1.0}) {
      const auto inQuadrant = [&](Point p) { return sx * p.x > 1.5 && sy * p.y > 1.5; };
      EXPECT_GT(countIn(data, 0, inQuadrant) + countIn(data, 1, inQuadrant), 10U);
    }
}

template <class Options>
std::string rejection(Dataset (*make)(const Options&), const Options& options) {
  return messageOf<std::invalid_argument>([&] { make(options); });
}

TEST(Generators, OptionsOutOfRangeAreNamed) {
  auto spiral = smallSpiral(1);
  EXPECT_EQ(rejection(makeSpiral, spiral), "spiral: arms = 1 is out of range; expected 2..1000.");
  spiral = smallSpiral(2, -0.5);
  EXPECT_EQ(rejection(makeSpiral, spiral), "spiral: noise = -0.5 is out of range; expected 0..10.");
  spiral = smallSpiral(2, std::nan(""));
  EXPECT_EQ(rejection(makeSpiral, spiral), "spiral: noise = nan is out of range; expected 0..10.");
  spiral = smallSpiral(2);
  spiral.turns = 101;
  EXPECT_EQ(rejection(makeSpiral, spiral), "spiral: turns = 101 is out of range; expected -100..100.");
  EXPECT_EQ(rejection(makeSmiley, smallSmiley(2)), "smiley: classes = 2 is out of range; expected 3..6.");
  auto peaksOptions = smallPeaks();
  peaksOptions.trainSamples = 4;
  EXPECT_EQ(rejection(makePeaks, peaksOptions),
            "peaks: train samples = 4 is out of range; expected 5..100000000.");
  peaksOptions = smallPeaks();
  peaksOptions.testSamples = 0;
  EXPECT_EQ(makePeaks(peaksOptions).test.samples, 0U);
}

TEST(Generators, TheDescriptionSaysHowTheDataWereMade) {
  EXPECT_EQ(makeSpiral(smallSpiral(3, 0.02)).description,
            "Spiral of 3 arms of 1.5 turns; 601 training and 100 test points, noise 0.02, seed 1.");
}

} // namespace
} // namespace terrace::dataset
