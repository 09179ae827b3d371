#include "compare/ComparedRun.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <stdexcept>

namespace terrace::program {
namespace {

using dataset::Hdf5File;
using nlohmann::json;

// A number; JSON has null for NaN.
double numberOf(const json& summary, const std::string& key) {
  const json& value = summary.at(key);
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

void readSummary(const std::string& file, RunRecord& record) {
  try {
    std::ifstream in(file);
    const json summary = json::parse(in);
    record.status = summary.at("status");
    record.failure = summary.value("failure", "");
    record.metric = summary.contains("test_accuracy") ? "accuracy" : "error";
    record.value = numberOf(summary, "value");
    record.workUnits = numberOf(summary, "work_units");
    record.wallSeconds = numberOf(summary, "wall_seconds");
    record.trainMetric = numberOf(summary, "train_" + record.metric);
    record.testMetric = numberOf(summary, "test_" + record.metric);
  } catch (const json::exception&) {
    throw std::invalid_argument(file + ": is no summary of a run.");
  }
}

// Finds where each target is first reached by rows that have the full loss: of the finest level, on all
// samples.
void readTargets(const std::string& path, const std::vector<double>& targets, RunRecord& record) {
  const Hdf5File file = Hdf5File::open(path);
  const auto all = file.attribute<std::int64_t>("/", "training_samples");
  const auto level = file.read<std::int64_t>("level").values;
  const auto samples = file.read<std::int64_t>("samples").values;
  const auto value = file.read<double>("value").values;
  const auto work = file.read<double>("work").values;
  const auto seconds = file.read<double>("seconds").values;
  for (const double target : targets) {
    TargetRecord reached{target, std::nullopt, std::nullopt};
    for (std::size_t row = 0; row < value.size() && !reached.work; ++row) {
      if (level.at(row) != 0 || samples.at(row) < all || !(value[row] <= target)) continue;
      reached.work = work.at(row);
      reached.seconds = seconds.at(row);
    }
    record.targets.push_back(reached);
  }
}

} // namespace

RunRecord readRunRecord(const std::string& path, const std::vector<double>& targets) {
  RunRecord record;
  readSummary(path + "/summary.json", record);
  readTargets(path + "/history.h5", targets, record);
  return record;
}

} // namespace terrace::program
