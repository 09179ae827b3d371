// A solver that asks a trained network first: where an input is close to the training data the network
// answers, elsewhere the solver would be called.
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/SurrogateFile.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>

namespace {

using Rows = Kokkos::View<double**, Kokkos::LayoutRight, Kokkos::HostSpace>;

Rows readInputs(const std::string& file, std::size_t features) {
  const auto read = terrace::dataset::Hdf5File::open(file).read<double>("test/inputs").values;
  Rows inputs("inputs", read.size() / features, features);
  std::copy(read.begin(), read.end(), inputs.data());
  return inputs;
}

void run(const std::string& model, const std::string& data) {
  auto f = terrace::model::readSurrogate(model);
  const auto features = static_cast<std::size_t>(f.features()),
             outputs = static_cast<std::size_t>(f.outputs());
  const Rows x = readInputs(data, features);
  const auto samples = x.extent(0);
  Rows y("outputs", samples, outputs), v("directions", samples, features),
      jv("derivatives", samples, outputs);
  Rows u("weights", samples, outputs), jtu("gradients", samples, features);
  Kokkos::View<double*, Kokkos::HostSpace> d("distances", samples);
  Kokkos::deep_copy(v, 1.0);
  Kokkos::deep_copy(u, 1.0);

  f.apply(x, y); // Kokkos views or Tpetra multivectors, a sample a row, in place
  f.applyJacobian(x, v, jv);
  f.applyAdjointJacobian(x, u, jtu);
  f.distance(x, d); // from the training data: beyond f.dataDistance().usual it extrapolates

  std::size_t beyond = 0;
  double forward = 0, adjoint = 0;
  for (std::size_t s = 0; s < samples; ++s) {
    if (d(s) > f.dataDistance().usual) ++beyond; // here the solver is to be called
    for (std::size_t j = 0; j < outputs; ++j) forward += u(s, j) * jv(s, j);
    for (std::size_t i = 0; i < features; ++i) adjoint += v(s, i) * jtu(s, i);
  }
  std::cout << "outputs of the first input:";
  for (std::size_t j = 0; j < outputs; ++j) std::cout << ' ' << y(0, j);
  std::cout << "\nfor the solver: " << beyond << " of " << samples << " inputs\n"
            << "(u, J v) = " << forward << ", (J^T u, v) = " << adjoint << "\n";
}

} // namespace

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  if (argc != 3) {
    std::cerr << "Usage: embedding MODEL.h5 DATA.h5\n";
    return 2;
  }
  try {
    run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "embedding: " << error.what() << "\n";
    return 1;
  }
}
