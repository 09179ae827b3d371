// terrace_derivatives MODEL DATA SAMPLES FILE: what Terrace makes of a trained model on the first samples of
// the test set, in double precision, for comparisons with other programs: the value of the objective
// (attribute), the outputs, the gradient, and the products of the exact and of the Gauss-Newton Hessian with
// the parameters, as arrays of the layers. With Normalization = Ghost Batch also what it predicts, and the
// means and variances that it would predict with if these samples were those of its training.
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelArrays.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Tpetra_Core.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace terrace;

std::vector<double> values(const resnet::ParameterVector& x) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), x.local());
  return {host.data(), host.data() + host.extent(0)};
}

std::vector<double> predictions(const model::ModelDescription& model, const std::vector<double>& parameters,
                                const resnet::SampleSet& samples) {
  const auto predicting = model.predictionNetwork(parameters);
  const auto space = ROL::makePtr<resnet::ParameterSpace>(predicting.network, samples.comm());
  const auto x = space->createVector();
  space->assign(predicting.parameters, *x);
  return resnet::ResNetObjective(space, samples, ROL::makePtr<WorkCounter>()).outputs(*x, samples);
}

void writeDerivatives(const std::string& modelFile, const std::string& dataFile, std::size_t samples,
                      const std::string& path) {
  const auto comm = Tpetra::getDefaultComm();
  const auto model = model::readModelDescription(modelFile);
  const auto network = model.makeNetwork();
  const auto space = ROL::makePtr<resnet::ParameterSpace>(network, comm);
  const auto x = space->createVector(), direction = space->createVector();
  space->assign(model::readModelParameters(modelFile, network), *x);
  direction->set(*x);

  auto data = dataset::read(dataFile).test;
  data.inputs.resize(samples * static_cast<std::size_t>(data.features));
  data.labels.resize(samples);
  model.inputs.apply(data.inputs);
  const auto set = resnet::SampleSet::classification(comm, static_cast<long>(samples), data.features,
                                                     data.inputs, model.outputs, data.labels);
  const auto g = space->createDualVector();
  double tolerance = 0;
  auto file = dataset::Hdf5File::create(path);
  for (const auto kind : {resnet::HessianKind::Exact, resnet::HessianKind::GaussNewton}) {
    resnet::ObjectiveOptions options;
    options.hessian = kind;
    resnet::ResNetObjective objective(space, set, ROL::makePtr<WorkCounter>(), 1.0, options);
    objective.hessVec(*g, *direction, *x, tolerance);
    const bool exact = kind == resnet::HessianKind::Exact;
    file.write(exact ? "exact" : "gauss_newton", {static_cast<std::size_t>(space->layout().size())},
               values(*g));
    if (!exact) continue;
    file.writeAttribute("/", "value", objective.value(*x, tolerance));
    objective.gradient(*g, *x, tolerance);
    model::writeLayers(file, network, values(*g));
    const auto outputs = objective.outputs(*x, set);
    file.write("outputs", {samples, outputs.size() / samples}, outputs);
    if (network.samplesTogether() == 1) continue;
    const auto statistics = objective.statistics(*x);
    file.write("means", {statistics.means.size()}, statistics.means);
    file.write("variances", {statistics.variances.size()}, statistics.variances);
    file.write("predictions", {samples, outputs.size() / samples}, predictions(model, values(*x), set));
  }
  file.close();
}

} // namespace

int main(int argc, char** argv) {
  const Tpetra::ScopeGuard scope(&argc, &argv);
  try {
    if (argc != 5) throw std::invalid_argument("usage: terrace_derivatives MODEL DATA SAMPLES FILE");
    writeDerivatives(argv[1], argv[2], std::stoul(argv[3]), argv[4]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
