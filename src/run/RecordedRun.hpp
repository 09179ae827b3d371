#pragma once

#include "run/History.hpp"

#include <Teuchos_ParameterList.hpp>

#include <nlohmann/json.hpp>

#include <limits>
#include <string>
#include <vector>

namespace terrace::program {

/// What a run directory holds, but for the model.
struct RecordedRun {
  std::string directory;
  HistoryColumns history;
  nlohmann::json summary;
  std::string deckText;        ///< XML
  Teuchos::ParameterList deck; ///< the same
  std::string metric;          ///< "accuracy" or "error"
  double trainingSamples = 0;  ///< of the finest level

  /// \throws std::invalid_argument with one line that begins with the file that is missing or wrong.
  static RecordedRun read(const std::string& directory);

  /// A number of the summary; NaN if it is not there or null.
  double number(const std::string& key) const;
  /// A string of the summary; "" if it is not there.
  std::string text(const std::string& key) const;
  /// Why the run failed; "": it did not.
  std::string failure() const { return text("failure"); }

  /// Seed of the initial guess.
  int seed() const;

  /// Whether the value of a row of the history is that of the finest level on all its samples.
  bool hasFullValue(std::size_t row) const;

  /// Entry of the column \p cost in the first row with a full value of at most \p target; infinity: none.
  double costOf(double target, const std::string& cost) const;
};

} // namespace terrace::program
