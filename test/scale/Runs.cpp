#include "Runs.hpp"

#include <terrace/dataset/Generators.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/surrogate/TrainingProblem.hpp>

#include <Tpetra_Core.hpp>

#include <cmath>
#include <ostream>

namespace terrace::scale {
namespace {

using Teuchos::ParameterList;

// What each row of a run's history took.
class Observer : public IterationObserver<double> {
public:
  Observer(const WorkCounter& work, int firstNoted) : work_(work), firstNoted_(firstNoted) {}

  void observe(const IterationRecord<double>& record, const ROL::Vector<double>&) override {
    rows.push_back({record.level, std::isfinite(record.stepLength), difference(counts(), before_),
                    work_.gradients() - gradients_, record.value});
    if (record.iteration == firstNoted_) noteCallers();
    gradients_ = work_.gradients();
    before_ = counts();
  }

  std::vector<Row> rows;

private:
  const WorkCounter& work_;
  int firstNoted_;
  long gradients_ = 0;
  Counts before_{};
};

} // namespace

resnet::SampleSet makeSamples(long samples) {
  dataset::PeaksOptions options;
  options.trainSamples = static_cast<std::size_t>(samples);
  options.testSamples = 0;
  const auto all = dataset::makePeaks(options).train;
  const auto comm = Tpetra::getDefaultComm();
  std::vector<double> inputs;
  std::vector<int> labels;
  for (long p = 0; p < samples; ++p) {
    if (resnet::SampleSet::rankOf(p, comm->getSize()) != comm->getRank()) continue;
    const auto row = static_cast<std::size_t>(p);
    inputs.insert(inputs.end(), {all.inputs[2 * row], all.inputs[2 * row + 1]});
    labels.push_back(all.labels[row]);
  }
  return resnet::SampleSet::classification(comm, samples, 2, inputs, options.classes, labels);
}

ParameterList makeParameters(int levels, const std::function<void(ParameterList&)>& change) {
  ParameterList parameters;
  parameters.sublist("Network") = *resnet::validNetworkParameters();
  parameters.sublist("Network").set("Width", 8).set("Blocks", 32).set("Final Time", 5.0);
  parameters.sublist("Levels") = *resnet::validLevelParameters();
  parameters.sublist("Levels").set("Number of Levels", levels);
  ParameterList& test = parameters.sublist("Status Test");
  test.set("Gradient Tolerance", -1.0).set("Step Tolerance", -1.0);
  change(parameters);
  fillInSolverDefaults(parameters);
  return parameters;
}

ParameterList& cycleOf(ParameterList& parameters) {
  return parameters.sublist("Step").sublist("Multilevel Trust Region");
}

Run run(const resnet::SampleSet& training, ParameterList parameters, int firstNoted) {
  const auto network =
      resnet::Network::fromParameters(parameters.sublist("Network"), training.features(), training.outputs());
  resnet::TrainingProblem problem(network, training, std::nullopt, parameters);
  const auto observer = ROL::makePtr<Observer>(problem.work(), firstNoted);
  SolverContext<double> context;
  context.observer = observer;
  problem.makeSolver(parameters, context);
  std::ostream silent(nullptr);
  problem.solve(silent);
  return {observer->rows, takeCallers()};
}

Sum sumOf(const std::vector<Row>& rows, std::size_t first, const std::function<bool(std::size_t)>& takes) {
  Sum sum;
  for (std::size_t i = first; i < rows.size(); ++i) {
    if (!takes(i)) continue;
    ++sum.rows;
    sum.gradients += rows[i].gradients;
    for (std::size_t k = 0; k < kinds; ++k) {
      sum.counts[k].calls += rows[i].counts[k].calls;
      sum.counts[k].bytes += rows[i].counts[k].bytes;
    }
  }
  return sum;
}

Run runOneLevel(const resnet::SampleSet& training, int stepsOfCycle, int cycles, int firstNoted) {
  const auto parameters = makeParameters(1, [&](ParameterList& list) {
    cycleOf(list).set("Pre-Smoothing Steps", stepsOfCycle).set("Post-Smoothing Steps", 0);
    list.sublist("Status Test").set("Iteration Limit", cycles);
  });
  return run(training, parameters, firstNoted);
}

} // namespace terrace::scale
