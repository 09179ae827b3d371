#include "compare/StudyDirectory.hpp"

#include "io/TextFile.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <Teuchos_CommHelpers.hpp>
#include <Teuchos_ParameterList.hpp>

#include <stdexcept>
#include <vector>

namespace terrace::program {
namespace fs = std::filesystem;

namespace {

constexpr const char* studyFile = "study.xml";
constexpr const char* comparisonFile = "comparison.json";
constexpr const char* runsFolder = "runs";

// Whether a killed process left this directory beside a run's (see RunDirectory).
bool isLeftOver(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.find(".partial-") != std::string::npos || name.find(".replaced-") != std::string::npos;
}

void removeLeftOvers(const fs::path& runsOfASolver) {
  if (!fs::exists(runsOfASolver)) return;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(runsOfASolver))
    if (isLeftOver(entry.path())) found.push_back(entry.path());
  for (const auto& path : found) fs::remove_all(path);
}

// Whether a run was made from the deck. Values are compared, with defaults filled in, not texts: comments and
// defaults may change with the version.
bool isFrom(const fs::path& run, const Deck& deck) {
  try {
    const Deck own = Deck::make(readXmlParameters(readOwnTextFile(run / "deck.xml")), "", "");
    return Teuchos::haveSameValues(own.parameters(), deck.parameters());
  } catch (const std::invalid_argument&) {
    return false;
  }
}

// The name of the study in a file; "" if it holds none.
std::string nameOf(const fs::path& file) {
  try {
    return readXmlParameters(readOwnTextFile(file)).name();
  } catch (const std::invalid_argument&) {
    return "";
  }
}

} // namespace

StudyDirectory::StudyDirectory(const std::string& path, Existing existing, const Teuchos::Comm<int>& comm)
    : comm_(comm), path_(path), existing_(existing) {
  dataset::runOnRoot(comm_, [this] { check(); });
}

void StudyDirectory::check() const {
  if (path_.empty()) throw std::invalid_argument("--output: the name of the directory is empty.");
  if (fs::is_symlink(path_) && !fs::exists(path_))
    throw std::invalid_argument(path_.string() + ": is a link to " + fs::read_symlink(path_).string() +
                                ", which does not exist.");
  if (!fs::exists(path_)) return;
  if (!fs::is_directory(path_))
    throw std::invalid_argument(path_.string() + ": exists and is not a directory.");
  if (!fs::is_empty(path_) && !(fs::exists(path_ / studyFile) && fs::exists(path_ / runsFolder)))
    throw std::invalid_argument(path_.string() +
                                ": exists and is not a study directory (with study.xml and runs).");
}

void StudyDirectory::begin(const Study& study, const std::string& source) {
  const std::string xml = study.xml();
  dataset::runOnRoot(comm_, [&] {
    const fs::path own = path_ / studyFile;
    if (fs::exists(own) && fs::equivalent(own, source) && readOwnTextFile(own) != xml)
      throw std::invalid_argument(source + ": would be overwritten by the study directory " + path_.string() +
                                  "; choose another.");
    if (existing_ == Existing::Continue && fs::exists(own) && nameOf(own) != study.name())
      throw std::invalid_argument(path_.string() + ": has the study \"" + nameOf(own) + "\", this one is \"" +
                                  study.name() + "\"; name another directory, or use --force.");
    try {
      prepare(study);
    } catch (const fs::filesystem_error& error) {
      throw std::invalid_argument(path_.string() + ": cannot be made (" + error.code().message() + ").");
    }
  });
  write(studyFile, xml);
}

void StudyDirectory::prepare(const Study& study) {
  fs::create_directories(path_ / runsFolder);
  lock_ = DirectoryLock(path_ / runsFolder);
  if (lock_.isInUse())
    throw std::invalid_argument(path_.string() + ": is in use by another terrace compare; wait for its end.");
  fs::remove(path_ / comparisonFile); // it no longer fits
  for (const auto& problem : study.problems())
    for (const auto& solver : study.solvers())
      for (const int seed : study.seeds()) {
        const fs::path run = path_ / runFolder(problem, solver, seed);
        removeLeftOvers(run.parent_path());
        if (existing_ == Existing::Replace && fs::exists(run / "summary.json")) fs::remove_all(run);
      }
}

bool StudyDirectory::holds(const std::string& folder, const Deck& deck) const {
  int held = 0;
  dataset::runOnRoot(comm_, [&] {
    const fs::path run = path_ / folder;
    held = existing_ == Existing::Continue && fs::exists(run / "summary.json") &&
                   fs::exists(run / "history.h5") && isFrom(run, deck)
               ? 1
               : 0;
  });
  Teuchos::broadcast(comm_, 0, &held);
  return held == 1;
}

void StudyDirectory::write(const std::string& name, const std::string& text) const {
  dataset::runOnRoot(comm_, [&] {
    dataset::PartialFile partial(file(name));
    writeTextFile(partial.path(), text, file(name));
    partial.commit();
  });
}

std::string StudyDirectory::runFolder(const Study::Item& problem, const Study::Item& solver, int seed) {
  return std::string(runsFolder) + "/" + problem.folder + "/" + solver.folder + "/seed-" +
         std::to_string(seed);
}

} // namespace terrace::program
