#include <terrace/dataset/Random.hpp>
#include <terrace/dataset/SampleOrder.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace terrace::dataset {
namespace {

constexpr std::uint64_t orderStream = 1;

std::size_t lengthOf(std::size_t samples, std::size_t wanted) {
  if (wanted > samples)
    throw std::invalid_argument(std::to_string(wanted) + " samples were asked for; there are " +
                                std::to_string(samples) + ".");
  return wanted == 0 ? samples : wanted;
}

struct ClassQueue {
  std::vector<std::int64_t> samples;
  std::size_t taken = 0;
};

std::vector<ClassQueue> shuffledClasses(const std::vector<int>& labels, std::uint64_t seed) {
  const int largest = labels.empty() ? -1 : *std::max_element(labels.begin(), labels.end());
  std::vector<ClassQueue> classes(static_cast<std::size_t>(largest + 1));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0) throw std::invalid_argument("Label " + std::to_string(labels[i]) + " is negative.");
    classes[static_cast<std::size_t>(labels[i])].samples.push_back(static_cast<std::int64_t>(i));
  }
  classes.erase(
      std::remove_if(classes.begin(), classes.end(), [](const auto& c) { return c.samples.empty(); }),
      classes.end());
  Random random(seed, orderStream);
  for (auto& c : classes) random.shuffle(c.samples);
  return classes;
}

// Tijdeman's rule for place \p position (from 1) of \p total; all sums are exact integers, so that no tie
// depends on rounding. With r = 2C - 2 and x samples of a class of n taken, the class is due if position
// n/total - x >= 1/r; its deadline, up to what all classes share, is (x + 1 - 1/r) / n.
ClassQueue& nextClass(std::vector<ClassQueue>& classes, std::size_t position, std::size_t total) {
  const std::size_t r = 2 * classes.size() - 2;
  ClassQueue* next = nullptr;
  double earliest = 0;
  for (auto& c : classes) {
    const std::size_t n = c.samples.size();
    const bool due = c.taken < n && position * n * r >= (c.taken * r + 1) * total;
    if (!due) continue;
    const double deadline = static_cast<double>((c.taken + 1) * r - 1) / static_cast<double>(n);
    if (next == nullptr || deadline < earliest) {
      next = &c;
      earliest = deadline;
    }
  }
  if (next == nullptr) throw std::logic_error("No class is due: the stratified order is inconsistent.");
  return *next;
}

} // namespace

std::vector<std::int64_t> sampleOrder(std::size_t samples, std::uint64_t seed, std::size_t wanted) {
  const std::size_t length = lengthOf(samples, wanted);
  std::vector<std::int64_t> order(samples);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  Random(seed, orderStream).shuffle(order);
  order.resize(length);
  return order;
}

std::vector<std::int64_t> sampleOrder(const std::vector<int>& labels, std::uint64_t seed,
                                      std::size_t wanted) {
  const std::size_t length = lengthOf(labels.size(), wanted);
  auto classes = shuffledClasses(labels, seed);
  if (classes.size() == 1) {
    classes[0].samples.resize(length);
    return classes[0].samples;
  }
  std::vector<std::int64_t> order;
  order.reserve(length);
  for (std::size_t position = 1; position <= length; ++position) {
    ClassQueue& next = nextClass(classes, position, labels.size());
    order.push_back(next.samples[next.taken++]);
  }
  return order;
}

std::vector<bool> drawTestSamples(std::size_t samples, const std::vector<int>& labels, double share,
                                  std::uint64_t seed) {
  const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(samples)));
  if (wanted == 0 || wanted >= samples)
    throw std::invalid_argument("A test share of " + std::to_string(share) + " of " +
                                std::to_string(samples) + " samples leaves no " +
                                (wanted == 0 ? "test" : "training") + " samples.");
  std::vector<bool> isTest(samples, false);
  for (const auto sample :
       labels.empty() ? sampleOrder(samples, seed, wanted) : sampleOrder(labels, seed, wanted))
    isTest[static_cast<std::size_t>(sample)] = true;
  return isTest;
}

} // namespace terrace::dataset
