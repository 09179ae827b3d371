#include "SurrogatePredictions.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/SurrogateFile.hpp>

#include <Kokkos_Core.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace terrace::test {

void expectPredictionsOfSurrogate(const std::string& modelFile, const std::string& data,
                                  const std::string& predictions) {
  if (!Kokkos::is_initialized()) Kokkos::initialize();
  auto surrogate = model::readSurrogate(modelFile);
  const auto features = static_cast<std::size_t>(surrogate.features());
  const auto classes = static_cast<std::size_t>(surrogate.outputs());
  auto values = dataset::Hdf5File::open(data).read<double>("test/inputs").values;
  const std::size_t samples = values.size() / features;
  using Rows = Kokkos::View<double**, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>;
  std::vector<double> logits(samples * classes);
  const Rows x(values.data(), samples, features), y(logits.data(), samples, classes);
  surrogate.apply(x, y);
  const auto probabilities = dataset::Hdf5File::open(predictions).read<double>("outputs").values;
  ASSERT_EQ(probabilities.size(), samples * classes);
  for (std::size_t s = 0; s < samples; ++s) {
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += std::exp(y(s, c));
    for (std::size_t c = 0; c < classes; ++c)
      ASSERT_NEAR(std::exp(y(s, c)) / sum, probabilities[s * classes + c], 1e-12) << s;
  }
}

} // namespace terrace::test
