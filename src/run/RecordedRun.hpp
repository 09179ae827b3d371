#pragma once

#include "run/History.hpp"

#include <Teuchos_ParameterList.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>

namespace terrace::program {

/// A run directory read back, but for its model: summary.json, history.h5 and deck.xml.
struct RecordedRun {
  std::string directory;
  nlohmann::json summary;
  HistoryColumns history;
  std::string deckText;        ///< XML
  Teuchos::ParameterList deck; ///< the same
  std::string metric;          ///< "accuracy" or "error"
  double trainingSamples = 0;  ///< of the finest level

  /// Reads a run directory; by this process alone.
  /// \throws std::invalid_argument with one line that begins with the file that is missing or wrong.
  static RecordedRun read(const std::string& directory);

  /// A number of the summary; NaN if it is missing or null, as in a failed run.
  double number(const std::string& key) const;
  /// A text of the summary; "" if it is missing.
  std::string text(const std::string& key) const;

  /// Why the run failed; "": it did not.
  std::string failure() const { return text("failure"); }
  bool failed() const { return !failure().empty(); }

  /// Seed of the initial guess.
  int seed() const;

  /// Whether a row of the history has the full loss: of the finest level on all its samples.
  bool hasFullValue(std::size_t row) const;

  /// Entry of the column \p cost ("work", "seconds") in the first row with a full loss of at most \p target;
  /// infinity if there is none.
  double costOf(double target, const std::string& cost) const;
};

} // namespace terrace::program
