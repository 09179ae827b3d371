#include "report/RunGroups.hpp"

#include "io/TextFile.hpp"

#include <terrace/parameters/XmlParameters.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <stdexcept>

namespace terrace::program {
namespace {

using nlohmann::json;
using std::filesystem::path;

void removeSeeds(Teuchos::ParameterList& list) {
  list.remove("Seed", false);
  for (auto entry = list.begin(); entry != list.end(); ++entry)
    if (entry->second.isList()) removeSeeds(list.sublist(entry->first));
}

// The deck without what may differ between the runs of one solver.
std::string solverKey(const RecordedRun& run) {
  Teuchos::ParameterList deck(run.deck);
  removeSeeds(deck);
  deck.remove("Output", false);
  if (deck.isSublist("General")) deck.sublist("General").remove("Output Level", false);
  return writeXmlParameters(deck, Documentation::Omit);
}

std::string dataFileOf(const RecordedRun& run) {
  Teuchos::ParameterList deck(run.deck);
  return deck.sublist("Data").get<std::string>("File", "");
}

std::string directoryName(const std::string& directory) {
  const path normal = std::filesystem::absolute(directory).lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).filename().string();
}

// The common beginning of the names of directories, without "seed" and signs at its end.
std::string commonName(const std::vector<RecordedRun>& runs) {
  std::string common = directoryName(runs.front().directory);
  if (runs.size() == 1) return common;
  for (const auto& run : runs) {
    const std::string name = directoryName(run.directory);
    const auto end = std::mismatch(common.begin(), common.end(), name.begin(), name.end()).first;
    common.erase(end, common.end());
  }
  const auto trim = [&common] { common.erase(common.find_last_not_of("-_. ") + 1); };
  trim();
  if (common.size() >= 4 && common.compare(common.size() - 4, 4, "seed") == 0)
    common.erase(common.size() - 4);
  trim();
  return common.empty() ? directoryName(runs.front().directory) + " and others" : common;
}

// Appends a number to a name that another item has already.
template <class Item>
void makeNamesUnique(std::vector<Item>& items) {
  std::map<std::string, int> seen;
  for (auto& item : items) {
    const int number = ++seen[item.name];
    if (number > 1) item.name += " (" + std::to_string(number) + ")";
  }
}

// Groups runs by data file and deck, in the order in which they come.
class LooseRuns {
public:
  void add(RecordedRun run) {
    const std::string problem = dataFileOf(run), solver = problem + '\n' + solverKey(run);
    if (problems_.emplace(problem, groups_.size()).second)
      groups_.push_back({path(problem).stem().string(), {}, {}});
    auto& solvers = groups_[problems_[problem]].solvers;
    if (solvers_.emplace(solver, solvers.size()).second) solvers.push_back({"", {}});
    solvers[solvers_[solver]].runs.push_back(std::move(run));
  }

  std::vector<ProblemRuns> groups(const std::vector<double>& targets) {
    for (auto& problem : groups_) {
      problem.targets = targets;
      for (auto& solver : problem.solvers) solver.name = commonName(solver.runs);
      makeNamesUnique(problem.solvers);
    }
    return std::move(groups_);
  }

private:
  std::map<std::string, std::size_t> problems_, solvers_;
  std::vector<ProblemRuns> groups_;
};

std::vector<double> targetsOf(const json& comparison, const std::string& problem) {
  const json own = comparison.value("problem_targets", json::object());
  auto targets = own.contains(problem) ? own.at(problem) : comparison.value("targets", json::array());
  auto values = targets.get<std::vector<double>>();
  std::sort(values.rbegin(), values.rend());
  return values;
}

// Reads the runs of a study; a missing run becomes a note.
class StudyReader {
public:
  StudyReader(RunGroups& groups, const std::function<void(std::size_t)>& progress)
      : groups_(groups), progress_(progress) {}

  void read(const std::string& directory) {
    const std::string file = directory + "/comparison.json";
    const json comparison = json::parse(readOwnTextFile(file), nullptr, false);
    try {
      addStudy(directory, comparison);
    } catch (const json::exception&) {
      throw std::invalid_argument(file + ": is not a comparison of solvers.");
    }
  }

private:
  void addStudy(const std::string& directory, const json& comparison) {
    RecordedStudy study;
    study.name = comparison.at("study");
    study.profiles = comparison.value("profiles", json());
    if (std::filesystem::exists(directory + "/study.xml"))
      study.deckText = readOwnTextFile(directory + "/study.xml");
    for (const std::string problem : comparison.at("problems")) {
      ProblemRuns group{problem, targetsOf(comparison, problem), {}};
      for (const json& solver : comparison.at("solvers")) addSolver(directory, solver, problem, group);
      groups_.problems.push_back(std::move(group));
      ++study.problems;
    }
    groups_.studies.push_back(std::move(study));
  }

  void addSolver(const std::string& directory, const json& solver, const std::string& problem,
                 ProblemRuns& group) {
    SolverRuns runs{solver.at("name"), {}};
    for (const json& run : solver.at("runs")) {
      if (run.at("problem") != problem) continue;
      const std::string place = directory + '/' + run.at("directory").get<std::string>();
      if (!std::filesystem::exists(place + "/summary.json")) {
        groups_.notes.push_back("The run " + place + " of the study is missing.");
        continue;
      }
      runs.runs.push_back(RecordedRun::read(place));
      progress_(groups_.runs() + group.runs() + runs.runs.size());
    }
    if (!runs.runs.empty()) group.solvers.push_back(std::move(runs));
  }

  RunGroups& groups_;
  const std::function<void(std::size_t)>& progress_;
};

} // namespace

const RecordedRun* SolverRuns::typical() const {
  std::vector<const RecordedRun*> order;
  for (const auto& run : runs)
    if (run.failure().empty() && std::isfinite(run.number("value"))) order.push_back(&run);
  if (order.empty()) return nullptr;
  std::stable_sort(order.begin(), order.end(), [](const RecordedRun* a, const RecordedRun* b) {
    return a->number("value") < b->number("value");
  });
  return order[(order.size() - 1) / 2];
}

std::size_t ProblemRuns::runs() const {
  std::size_t count = 0;
  for (const auto& solver : solvers) count += solver.runs.size();
  return count;
}

std::size_t RunGroups::runs() const {
  std::size_t count = 0;
  for (const auto& problem : problems) count += problem.runs();
  return count;
}

RunGroups RunGroups::read(const std::vector<std::string>& directories, const std::vector<double>& targets,
                          const std::function<void(std::size_t)>& progress) {
  RunGroups groups;
  LooseRuns loose;
  std::size_t looseRuns = 0;
  for (const auto& directory : directories) {
    if (std::filesystem::exists(directory + "/comparison.json")) {
      StudyReader(groups, progress).read(directory);
    } else if (std::filesystem::exists(directory + "/summary.json")) {
      loose.add(RecordedRun::read(directory));
      progress(groups.runs() + ++looseRuns);
    } else {
      throw std::invalid_argument(directory + ": " +
                                  (std::filesystem::is_directory(directory)
                                       ? "is neither a run (summary.json) nor a study (comparison.json)."
                                       : "is not a directory."));
    }
  }
  for (auto& problem : loose.groups(targets)) groups.problems.push_back(std::move(problem));
  if (groups.runs() == 0) throw std::invalid_argument(directories.front() + ": has no runs.");
  if (groups.problems.size() > 1) makeNamesUnique(groups.problems);
  return groups;
}

} // namespace terrace::program
