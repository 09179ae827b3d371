#pragma once

#include "compare/Study.hpp"
#include "io/DirectoryLock.hpp"

#include <filesystem>
#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// The directory of a study: study.xml, comparison.json and a run directory for each run.
///
/// It grows run by run. A run is there completely or not at all, so an interrupted study continues with the
/// missing runs. Rank 0 touches the file system; all calls except file() and runFolder() are collective.
class StudyDirectory {
public:
  /// What happens to runs of the study that exist.
  enum class Existing { Continue, Replace };

  /// \throws std::invalid_argument if \p path is neither empty nor a study's, or is a file.
  StudyDirectory(const std::string& path, Existing existing, const Teuchos::Comm<int>& comm);

  /// Makes the directory and writes study.xml. Removes what killed runs have left and, with Replace, the runs
  /// of the study. \param source  the file that the study was read from. \throws std::invalid_argument if the
  /// directory cannot be made, is in use by another study, or would overwrite \p source.
  void begin(const Study& study, const std::string& source);

  /// Whether the run \p folder exists and was made from \p deck.
  bool holds(const std::string& folder, const Deck& deck) const;

  /// Writes a file by rank 0, completely or not at all.
  void write(const std::string& name, const std::string& text) const;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

  /// Run directory of a run: "runs/<problem>/<solver>/seed-<seed>".
  static std::string runFolder(const Study::Item& problem, const Study::Item& solver, int seed);

private:
  void check() const;
  void prepare(const Study& study);

  const Teuchos::Comm<int>& comm_;
  std::filesystem::path path_;
  Existing existing_;
  DirectoryLock lock_;
};

} // namespace terrace::program
