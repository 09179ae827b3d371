#include "exchange/PortableModel.hpp"

#include "exchange/NpzFile.hpp"
#include "exchange/OnnxFile.hpp"

#include <terrace/model/ModelFile.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace terrace::program {
namespace {

enum class Format { Hdf5, Npz, Onnx };

// ONNX has no mark of its own: a protocol buffer begins with the IR version (field 1, a number).
Format formatOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string start(8, '\0');
  if (!in) throw std::invalid_argument(path + ": cannot be opened.");
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (start.rfind("PK", 0) == 0) return Format::Npz;
  const bool named = std::filesystem::path(path).extension() == ".onnx";
  return named || start[0] == '\x08' ? Format::Onnx : Format::Hdf5;
}

} // namespace

bool PortableModel::givesProbabilities() const {
  return description.task == dataset::Task::Classification &&
         description.makeNetwork().loss == resnet::LossType::CrossEntropy;
}

PortableModel readPortableModel(const std::string& path) {
  const bool isRun = std::filesystem::is_directory(path);
  const std::string file = isRun ? (std::filesystem::path(path) / "model.h5").string() : path;
  switch (isRun ? Format::Hdf5 : formatOf(file)) {
  case Format::Npz:
    return readNpz(file);
  case Format::Onnx:
    return readOnnx(file);
  case Format::Hdf5:
    break;
  }
  PortableModel model;
  model.description = model::readModelDescription(file);
  model.parameters = model::readModelParameters(file, model.description.makeNetwork());
  return model;
}

} // namespace terrace::program
