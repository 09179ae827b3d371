#include "run/RecordedRun.hpp"

#include "io/TextFile.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace terrace::program {
namespace {

nlohmann::json readSummary(const std::string& file) {
  auto summary = nlohmann::json::parse(readOwnTextFile(file), nullptr, false);
  if (!summary.is_object() || !summary.contains("status") || !summary.contains("value"))
    throw std::invalid_argument(file + ": is not the summary of a run.");
  return summary;
}

Teuchos::ParameterList readDeck(const std::string& file, const std::string& text) {
  try {
    return readXmlParameters(text);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file + ": " + error.what());
  }
}

// As the file says. Files of old versions do not: then the most that a row of the finest level has.
double samplesOfFinestLevel(const std::string& file, const HistoryColumns& history) {
  const auto hdf5 = dataset::Hdf5File::open(file);
  if (hdf5.hasAttribute("/", "training_samples")) return hdf5.attribute<double>("/", "training_samples");
  double most = 0;
  const auto &level = history.column("level"), &samples = history.column("samples");
  for (std::size_t row = 0; row < history.rows(); ++row)
    if (level[row] == 0) most = std::max(most, samples[row]);
  return most;
}

} // namespace

RecordedRun RecordedRun::read(const std::string& directory) {
  RecordedRun run;
  run.directory = directory;
  run.summary = readSummary(directory + "/summary.json");
  run.deckText = readOwnTextFile(directory + "/deck.xml");
  run.deck = readDeck(directory + "/deck.xml", run.deckText);
  const std::string file = directory + "/history.h5";
  run.history = readHistory(file);
  run.metric = run.history.has("test_accuracy") ? "accuracy" : "error";
  if (!run.history.has("test_" + run.metric))
    throw std::invalid_argument(file + ": has neither test_accuracy nor test_error.");
  run.trainingSamples = samplesOfFinestLevel(file, run.history);
  return run;
}

double RecordedRun::number(const std::string& key) const {
  const auto found = summary.find(key);
  return found != summary.end() && found->is_number() ? found->get<double>()
                                                      : std::numeric_limits<double>::quiet_NaN();
}

std::string RecordedRun::text(const std::string& key) const {
  const auto found = summary.find(key);
  return found != summary.end() && found->is_string() ? found->get<std::string>() : "";
}

int RecordedRun::seed() const {
  Teuchos::ParameterList copy(deck);
  return copy.sublist("Network").sublist("Initial Guess").get<int>("Seed", 1);
}

bool RecordedRun::hasFullValue(std::size_t row) const {
  return history.column("level")[row] == 0 && history.column("samples")[row] >= trainingSamples;
}

double RecordedRun::costOf(double target, const std::string& cost) const {
  for (std::size_t row = 0; row < history.rows(); ++row)
    if (hasFullValue(row) && history.column("value")[row] <= target) return history.column(cost)[row];
  return std::numeric_limits<double>::infinity();
}

} // namespace terrace::program
