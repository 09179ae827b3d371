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

std::string xmlOf(const Teuchos::ParameterList& list) {
  std::ostringstream text;
  Teuchos::writeParameterListToXmlOStream(list, text);
  return text.str();
}

void writeProvenance(Hdf5File& file, const Provenance& provenance) {
  const auto& parameters = provenance.parameters;
  const auto known = [](const std::string& text) { return text.empty() ? std::string("unknown") : text; };
  const bool hasSeed = parameters.isSublist("Data") && parameters.sublist("Data").isType<int>("Seed");
  file.writeAttribute("/", "version", std::string(TERRACE_VERSION));
  file.writeAttribute("/", "deck", known(parameters.numParams() == 0 ? "" : xmlOf(parameters)));
  file.writeAttribute("/", "data_file", known(provenance.dataFile));
  file.writeAttribute("/", "data_checksum", known(provenance.dataChecksum));
  file.writeAttribute("/", "seed", hasSeed ? parameters.sublist("Data").get<int>("Seed") : 0);
  file.writeAttribute("/", "training_samples", provenance.trainingSamples);
}

} // namespace

resnet::Surrogate readSurrogate(const std::string& path, resnet::SweepScalar scalar) {
  const Hdf5File file = Hdf5File::open(path);
  const auto network = readNetwork(file);
  return resnet::Surrogate(network, readLayers(file, network), readScaling(file, "input", network.features()),
                           readScaling(file, "output", network.outputs), scalar);
}

void writeSurrogate(const std::string& path, const resnet::Surrogate& surrogate,
                    const Provenance& provenance) {
  dataset::PartialFile partial(path);
  Hdf5File file = Hdf5File::create(partial.path(), path);
  file.writeAttribute("/", "network", xmlOf(surrogate.network().toParameters()));
  file.writeAttribute("/", "task", std::string("regression"));
  file.writeAttribute("/", "features", surrogate.features());
  file.writeAttribute("/", "outputs", surrogate.outputs());
  file.writeAttribute("/", "classes", 0);
  file.writeAttribute("/", "input_shape", std::vector<std::int64_t>{surrogate.features()});
  writeScaling(file, "input", surrogate.inputScaling());
  writeScaling(file, "output", surrogate.outputScaling());
  writeProvenance(file, provenance);
  writeLayers(file, surrogate.network(), surrogate.parameters());
  file.close();
  partial.commit();
}

} // namespace terrace::model
