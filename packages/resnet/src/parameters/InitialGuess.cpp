#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

namespace terrace::resnet {
namespace {

// Standard normal numbers by Marsaglia's polar method.
class NormalNumbers {
public:
  explicit NormalNumbers(std::uint64_t seed) : generator_(seed) {}

  double operator()() {
    if (hasSpare_) {
      hasSpare_ = false;
      return spare_;
    }
    double u = 0, v = 0, square = 0;
    do {
      u = uniform();
      v = uniform();
      square = u * u + v * v;
    } while (square >= 1.0 || square == 0.0);
    const double factor = std::sqrt(-2.0 * std::log(square) / square);
    spare_ = v * factor;
    hasSpare_ = true;
    return u * factor;
  }

private:
  // In [-1, 1), a multiple of 2^-52.
  double uniform() { return static_cast<double>(generator_() >> 11) * 0x1p-52 - 1.0; }

  std::mt19937_64 generator_;
  double spare_ = 0;
  bool hasSpare_ = false;
};

using Iterator = std::vector<double>::iterator;

void fillNormal(Iterator begin, Iterator end, double deviation, NormalNumbers& normal) {
  std::generate(begin, end, [&] { return deviation * normal(); });
}

void fillLift(const Network& network, const ParameterLayout& layout, Iterator lift, NormalNumbers& normal) {
  constexpr double deviation = 0.1;
  fillNormal(lift, lift + layout.liftSize(), deviation, normal);
  if (network.lift == Lift::Identity) return;
  for (int i = 0; i < std::min(network.width, network.features); ++i) lift[i * network.features + i] += 1.0;
}

} // namespace

void fillInitialGuess(ParameterVector& x, const ParameterSpace& space,
                      const Teuchos::ParameterList& initialGuess) {
  Teuchos::ParameterList list(initialGuess);
  validateParameters(list, validNetworkParameters()->sublist("Initial Guess"), "Network > Initial Guess");
  const Network& network = space.network();
  const ParameterLayout& layout = space.layout();
  const double deviation = list.get<double>("Scale") / std::sqrt(static_cast<double>(network.width));
  const bool smooth = list.get<std::string>("Type") == "Smooth Random";
  const long pieces = smooth ? list.get<int>("Pieces") : network.blocks;

  NormalNumbers normal(static_cast<std::uint64_t>(list.get<int>("Seed")));
  std::vector<double> values(static_cast<std::size_t>(layout.size()));
  fillLift(network, layout, values.begin(), normal);
  fillNormal(values.begin() + layout.outputOffset(), values.end(), deviation, normal);

  // A piece is drawn when the first block in it is met, and the pieces without a block are drawn and dropped.
  std::vector<double> piece(static_cast<std::size_t>(layout.blockSize()));
  long drawn = 0;
  for (int k = 0; k < layout.blocks(); ++k) {
    const long wanted = (2L * k + 1) * pieces / (2L * layout.blocks());
    for (; drawn <= wanted; ++drawn) fillNormal(piece.begin(), piece.end(), deviation, normal);
    std::copy(piece.begin(), piece.end(), values.begin() + layout.blockOffset(k));
  }
  space.assign(values, x);
}

} // namespace terrace::resnet
