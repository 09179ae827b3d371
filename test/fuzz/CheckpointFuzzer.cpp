// Checkpoints and histories: what is read before the solver gets its numbers, and the numbers.
#include "FuzzInput.hpp"
#include "run/History.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelFile.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace terrace;
  const std::string path = fuzz::asFile(bytes, size, ".h5");
  fuzz::read([&] { program::historyText(path); });
  fuzz::read([&] {
    const auto file = dataset::Hdf5File::open(path);
    program::History("accuracy", 1).read(file, "history");
  });
  fuzz::read([&] {
    const auto file = dataset::Hdf5File::open(path);
    for (const auto& name : file.members("solver"))
      if (file.isDataset("solver/" + name)) file.read<double>("solver/" + name);
  });
  fuzz::read([&] { model::readModelDescription(path); });
  return 0;
}
