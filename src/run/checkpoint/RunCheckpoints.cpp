#include "run/checkpoint/RunCheckpoints.hpp"

#include "io/OutputFile.hpp"
#include "run/TrainingMonitor.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/PartialFile.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

constexpr double mostTimeSpent = 0.05; // part of a run's time for checkpoints

} // namespace

RunCheckpoints::RunCheckpoints(Parts parts, const resnet::ResNetHierarchy& hierarchy,
                               TrainingMonitor& monitor, ROL::Ptr<CheckpointReader> start)
    : parts_(std::move(parts)), hierarchy_(hierarchy), monitor_(monitor), start_(std::move(start)),
      due_(parts_.secondsBetween), written_(start_ != ROL::nullPtr) {
  if (start_ != ROL::nullPtr) due_ += start_->seconds();
}

void RunCheckpoints::atRest(int level, const ROL::Vector<double>& iterate, const VisitState& visitState) {
  // An interrupted nested iteration still climbs to the finest level. The run resumes from before the climb.
  if (interrupted_) return;
  visitState_ = visitState;
  interrupted_ = monitor_.interrupted();
  const double seconds = monitor_.recentSeconds(); // of the row that was just shown
  if (interrupted_ || seconds >= due_) write(level, iterate, seconds);
}

void RunCheckpoints::finish(const ROL::Vector<double>& iterate, double seconds) {
  if (interrupted_ || !visitState_) return;
  if (seconds >= parts_.secondsBetween || start_ != ROL::nullPtr) write(0, iterate, seconds);
}

// The iterate as parameters of the finest level: one of a coarse level is prolonged. They have the output
// layer that belongs to them, as in a run's model.
std::vector<double> RunCheckpoints::finestParameters(int level, const ROL::Vector<double>& iterate) const {
  auto x = iterate.clone();
  x->set(iterate);
  for (int l = level; l > 0; --l) {
    const auto finer = hierarchy_.spaces[static_cast<std::size_t>(l) - 1]->createVector();
    (*hierarchy_.levels)[l - 1].toCoarser->prolong(*finer, *x);
    x = finer;
  }
  const UncountedWork uncounted(*hierarchy_.levels->work());
  hierarchy_.objectives.front()->setOutputLayer(*x);
  return hierarchy_.spaces.front()->gatherToAll(dynamic_cast<const resnet::ParameterVector&>(*x));
}

void RunCheckpoints::write(int level, const ROL::Vector<double>& iterate, double seconds) {
  const Teuchos::Comm<int>& comm = *hierarchy_.spaces.front()->comm();
  const auto start = std::chrono::steady_clock::now();
  monitor_.untimed([&] {
    try {
      writeFile(finestParameters(level, iterate), seconds);
      written_ = true;
    } catch (const std::runtime_error& error) { // on all ranks
      if (!dataset::isRoot(comm)) return;
      std::error_code ignored;
      std::filesystem::remove(std::filesystem::path(parts_.file).parent_path(),
                              ignored); // only if it is empty
      std::cerr << "terrace: " << error.what() << " The run continues without it." << std::endl;
    }
  });
  double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Teuchos::broadcast(comm, 0, &spent);
  due_ = seconds + std::max(parts_.secondsBetween, spent / mostTimeSpent);
}

void RunCheckpoints::writeFile(const std::vector<double>& parameters, double seconds) {
  const Teuchos::Comm<int>& comm = *hierarchy_.spaces.front()->comm();
  std::optional<dataset::PartialFile> partial; // of rank 0, like the file
  std::optional<dataset::Hdf5File> file;
  dataset::runOnRoot(comm, [&] {
    makeFolderOf(parts_.file);
    partial.emplace(parts_.file);
    file = dataset::Hdf5File::create(partial->path(), parts_.file);
    parts_.writeModel(*file, parameters);
    file->writeAttribute("/", "checkpoint_format", checkpointFormat);
    file->writeAttribute("/", "seconds", seconds);
    file->writeAttribute("/", "resumptions", start_ == ROL::nullPtr ? 0 : start_->resumptions() + 1);
    monitor_.history().write(*file, "history");
  });
  CheckpointWriter writer(file ? &*file : nullptr, hierarchy_.spaces);
  parts_.visitRun(writer);
  visitState_(writer);
  dataset::runOnRoot(comm, [&] {
    file->close();
    partial->commit();
  });
}

} // namespace terrace::program
