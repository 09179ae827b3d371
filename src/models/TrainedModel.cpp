#include "models/TrainedModel.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/model/ModelFile.hpp>

#include <filesystem>

namespace terrace::program {

TrainedModel TrainedModel::read(const std::string& modelOrRun,
                                const Teuchos::RCP<const Teuchos::Comm<int>>& comm) {
  TrainedModel model;
  std::vector<double> values; // of rank 0
  dataset::runOnAllRanks(*comm, [&] {
    const std::filesystem::path path(modelOrRun);
    const std::string file = (std::filesystem::is_directory(path) ? path / "model.h5" : path).string();
    model.description = model::readModelDescription(file);
    if (dataset::isRoot(*comm)) values = model::readModelParameters(file, model.description.makeNetwork());
  });
  const auto space = ROL::makePtr<resnet::ParameterSpace>(model.description.makeNetwork(), comm);
  model.space = space;
  model.parameters = space->createVector();
  space->scatterFromRoot(values, *model.parameters);
  return model;
}

} // namespace terrace::program
