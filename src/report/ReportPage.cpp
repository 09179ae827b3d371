#include "report/ReportPage.hpp"

#include "Version.hpp"
#include "report/Gnuplot.hpp"
#include "report/HistoryFigures.hpp"
#include "report/Html.hpp"
#include "report/LearnedModel.hpp"
#include "report/ModelFigures.hpp"
#include "report/ProfileFigures.hpp"
#include "report/ReportTables.hpp"
#include "report/StyleSheet.hpp"

#include <Teuchos_DefaultMpiComm.hpp>

#include <stdexcept>

namespace terrace::program {
namespace {

std::string note(const std::string& text) {
  return "<p class=\"note\">" + escaped(text) + "</p>\n";
}

std::string details(const std::string& summary, const std::string& text) {
  return "<details><summary>" + escaped(summary) + "</summary><pre>" + escaped(text) + "</pre></details>\n";
}

std::string problemId(std::size_t index) {
  return "problem-" + std::to_string(index + 1);
}

// The other ranks wait while rank 0 makes the page.
Teuchos::RCP<const Teuchos::Comm<int>> ownCommunicator() {
  return Teuchos::rcp(new Teuchos::MpiComm<int>(MPI_COMM_SELF));
}

} // namespace

std::string ReportPage::title() const {
  if (groups_.studies.size() == 1) return groups_.studies.front().name;
  const auto& first = groups_.problems.front().solvers.front().runs.front();
  if (groups_.runs() == 1) return first.deck.name();
  return "Terrace: " + std::to_string(groups_.runs()) + " runs";
}

std::string ReportPage::navigation() const {
  std::string html = "<nav aria-label=\"Contents\"><ul>\n";
  for (std::size_t i = 0; i < groups_.problems.size(); ++i)
    html += "<li><a href=\"#" + problemId(i) + "\">" + escaped(groups_.problems[i].name) + "</a></li>\n";
  return html + "<li><a href=\"#runs\">Runs</a></li>\n<li><a href=\"#machine\">Machine</a></li>\n"
                "<li><a href=\"#decks\">Decks</a></li>\n</ul></nav>\n";
}

std::string ReportPage::figureGroup(const std::string& heading, const std::vector<Figure>& figures,
                                    const std::string& notes) {
  if (figures.empty() && notes.empty()) return "";
  std::string html = "<h3>" + escaped(heading) + "</h3>\n" + notes;
  if (!figures.empty()) html += "<div class=\"figures\">\n";
  for (const auto& figure : figures) html += figure.html();
  figures_ += figures.size();
  progress_(figures_);
  return html + (figures.empty() ? "" : "</div>\n");
}

std::string ReportPage::modelSection(const ProblemRuns& problem, const std::string& prefix) {
  std::vector<Figure> figures;
  std::string notes;
  for (std::size_t i = 0; i < problem.solvers.size(); ++i) {
    const auto& solver = problem.solvers[i];
    const RecordedRun* run = solver.typical();
    if (run == nullptr) {
      notes += note(solver.name + ": no run ended with a model.");
      continue;
    }
    try {
      const LearnedModel model(run->directory, ownCommunicator());
      for (auto& figure :
           modelFigures(model, prefix + "model-" + std::to_string(i + 1), solver.name, gnuplot_))
        figures.push_back(std::move(figure));
    } catch (const std::invalid_argument& error) {
      notes += note(solver.name + ": figures of its model are left out. " + error.what());
    }
  }
  return figureGroup("What was learned", figures, notes);
}

std::string ReportPage::problemSection(std::size_t index) {
  const auto& problem = groups_.problems[index];
  const std::string prefix = "p" + std::to_string(index + 1) + "-";
  std::string html = "<section id=\"" + problemId(index) + "\">\n<h2>" + escaped(problem.name) + "</h2>\n";
  if (problem.solvers.empty()) return html + note("There are no runs of this problem.") + "</section>\n";
  html += resultTable(problem) + targetTable(problem);
  html += figureGroup("Convergence", convergenceFigures(problem, prefix, gnuplot_));
  auto iterations = iterationFigures(problem, prefix, gnuplot_);
  for (auto& figure : levelFigures(problem, prefix, gnuplot_)) iterations.push_back(std::move(figure));
  html += figureGroup("Iterations", iterations);
  html += modelSection(problem, prefix);
  const std::string settings = problem.solvers.size() > 1 ? settingsTable(problem) : "";
  if (!settings.empty())
    html += "<details><summary>Settings that differ</summary>\n" + settings + "</details>\n";
  return html + "</section>\n";
}

std::string ReportPage::profileSection() {
  std::string html;
  for (std::size_t i = 0; i < groups_.studies.size(); ++i) {
    const auto& study = groups_.studies[i];
    const auto figures = profileFigures(study, "s" + std::to_string(i + 1) + "-", gnuplot_);
    html += figureGroup("Performance profiles: " + study.name, figures);
  }
  return html;
}

std::string ReportPage::deckSection() const {
  std::string html = "<section id=\"decks\">\n<h2>Decks</h2>\n";
  for (const auto& study : groups_.studies)
    if (!study.deckText.empty()) html += details("Study: " + study.name, study.deckText);
  for (const auto& problem : groups_.problems)
    for (const auto& solver : problem.solvers)
      html += details(problem.name + ": " + solver.name + " (" + solver.runs.front().directory + "/deck.xml)",
                      solver.runs.front().deckText);
  return html +
         "<p>The deck of each solver's first run; its other runs differ in their seeds.</p>\n</section>\n";
}

std::string ReportPage::html() {
  std::string body;
  for (const auto& missing : groups_.notes) body += note(missing);
  body += profileSection();
  for (std::size_t i = 0; i < groups_.problems.size(); ++i) body += problemSection(i);
  body += "<section id=\"runs\">\n<h2>Runs</h2>\n" + runTable(groups_) + "</section>\n";
  body += "<section id=\"machine\">\n<h2>Machine</h2>\n" + machineTable(groups_) + "</section>\n";
  body += deckSection();
  // The page has no scripts and loads nothing; a browser that is told so runs and loads nothing either.
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; "
         "img-src data:\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"generator\" content=\"terrace " +
         std::string(version) + "\">\n<link rel=\"icon\" href=\"data:,\">\n<title>" + escaped(title()) +
         "</title>\n<style>" + reportStyleSheet + "</style>\n</head>\n<body>\n<header><h1>" +
         escaped(title()) + "</h1>\n" + navigation() + "</header>\n<main>\n" + body +
         "</main>\n</body>\n</html>\n";
}

} // namespace terrace::program
