#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/model/ModelArrays.hpp>
#include <terrace/model/SurrogateFile.hpp>

#include <Teuchos_XMLParameterListHelpers.hpp>

#include <cstdint>
#include <sstream>
#include <stdexcept>

namespace terrace::model {
namespace {

using dataset::Hdf5File;

resnet::Network readNetwork(const Hdf5File& file) {
  const auto text = requiredAttribute<std::string>(file, "network");
  const int features = positiveAttribute(file, "features");
  const int outputs = positiveAttribute(file, "outputs");
  try {
    return resnet::Network::fromParameters(*Teuchos::getParametersFromXmlString(text), features, outputs);
  } catch (const std::exception& error) {
    const std::string what = error.what();
    throw std::invalid_argument(file.path() + ": attribute \"network\": " + what.substr(0, what.find('\n')));
  }
}

std::string xmlOf(const resnet::Network& network) {
  std::ostringstream text;
  Teuchos::writeParameterListToXmlOStream(network.toParameters(), text);
  return text.str();
}

} // namespace

resnet::Surrogate readSurrogate(const std::string& path, resnet::SweepScalar scalar) {
  const Hdf5File file = Hdf5File::open(path);
  const auto network = readNetwork(file);
  return resnet::Surrogate(network, readLayers(file, network),
                           readNormalization(file, "input", network.features),
                           readNormalization(file, "output", network.outputs), scalar);
}

void writeSurrogate(const std::string& path, const resnet::Surrogate& surrogate) {
  dataset::PartialFile partial(path);
  Hdf5File file = Hdf5File::create(partial.path(), path);
  file.writeAttribute("/", "network", xmlOf(surrogate.network()));
  file.writeAttribute("/", "task", std::string("regression"));
  file.writeAttribute("/", "features", surrogate.features());
  file.writeAttribute("/", "outputs", surrogate.outputs());
  file.writeAttribute("/", "classes", 0);
  file.writeAttribute("/", "input_shape", std::vector<std::int64_t>{surrogate.features()});
  writeNormalization(file, "input", surrogate.inputNormalization());
  writeNormalization(file, "output", surrogate.outputNormalization());
  for (const auto* name : {"version", "deck", "data_file", "data_checksum"})
    file.writeAttribute("/", name, std::string("unknown"));
  file.writeAttribute("/", "seed", 0);
  file.writeAttribute("/", "training_samples", 0);
  writeLayers(file, surrogate.network(), surrogate.parameters());
  file.close();
  partial.commit();
}

} // namespace terrace::model
