// terrace report: the page, in a browser and as text.
#include "Browser.hpp"
#include "TrainedRun.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Generators.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/Random.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <utility>

using namespace terrace::test;

namespace {

// Appended to a copy of a page: measures what the browser drew of each figure and writes it down as text.
constexpr const char* measuringScript = R"html(<script>
window.addEventListener('load', () => {
  const lines = [...document.querySelectorAll('figure')].map(figure => {
    const svg = figure.querySelector('svg'), box = svg.getBoundingClientRect();
    const drawn = [...svg.querySelectorAll('[id*="_plot_"]')].flatMap(plot =>
      [...plot.querySelectorAll('path, use, image, polygon, circle, line')]).filter(mark => {
        const size = mark.getBoundingClientRect();
        return size.width + size.height > 0;
      });
    const inside = drawn.filter(mark => {
      const size = mark.getBoundingClientRect();
      return size.left >= box.left - 1 && size.right <= box.right + 1 && size.top >= box.top - 1 &&
             size.bottom <= box.bottom + 1;
    });
    const named = svg.getAttribute('aria-labelledby').split(' ').every(id =>
      document.getElementById(id).textContent.trim() !== '');
    return ['FIGURE', figure.id, Math.round(box.width), Math.round(box.height), drawn.length,
            inside.length, named].join(' ');
  });
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  lines.push('DUPLICATES ' + ids.filter((id, i) => ids.indexOf(id) !== i).join(' ') + '.');
  lines.push('LOADED ' + performance.getEntriesByType('resource').filter(r => !r.name.startsWith('data:')).length);
  lines.push('WIDTH ' + document.documentElement.scrollWidth);
  const report = document.createElement('pre');
  report.textContent = lines.join('\n');
  document.body.appendChild(report);
});
</script>)html";

struct MeasuredFigure {
  std::string id;
  int width = 0, height = 0, drawn = 0, inside = 0;
  std::string named;
};

// A page with what a browser says of it.
struct MeasuredPage {
  RenderedPage page;
  std::vector<MeasuredFigure> figures;

  std::set<std::string> ids() const {
    std::set<std::string> names;
    for (const auto& figure : figures) names.insert(figure.id);
    return names;
  }
};

// The page without the words that keep a browser from running scripts.
std::string withScripts(const std::string& page) {
  const auto policy = page.find("<meta http-equiv=\"Content-Security-Policy\"");
  EXPECT_NE(policy, std::string::npos);
  return page.substr(0, policy) + page.substr(page.find('\n', policy) + 1);
}

MeasuredPage measure(const std::string& file) {
  const std::string copy = file + ".measured.html";
  std::ofstream(copy) << withScripts(readFile(file)) << measuringScript;
  MeasuredPage measured{render(copy), {}};
  std::istringstream lines(measured.page.document);
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find("FIGURE ");
    if (at == std::string::npos) continue;
    std::istringstream words(line.substr(at + 7));
    MeasuredFigure f;
    if (words >> f.id >> f.width >> f.height >> f.drawn >> f.inside >> f.named) measured.figures.push_back(f);
  }
  return measured;
}

// The page loads nothing, says nothing, and every figure has marks, all of them on its canvas.
void expectWholeFigures(const MeasuredPage& measured) {
  EXPECT_TRUE(measured.page.consoleMessages.empty()) << measured.page.consoleMessages.front();
  for (const auto& figure : measured.figures) {
    EXPECT_GT(figure.width, 300) << figure.id;
    EXPECT_GT(figure.height, 100) << figure.id;
    EXPECT_GT(figure.drawn, 0) << figure.id;
    EXPECT_EQ(figure.inside, figure.drawn) << figure.id;
    EXPECT_EQ(figure.named, "true") << figure.id;
  }
  const std::string& document = measured.page.document;
  EXPECT_NE(document.find("DUPLICATES ."), std::string::npos)
      << document.substr(std::min(document.size(), document.find("DUPLICATES")), 200);
  EXPECT_NE(document.find("LOADED 0"), std::string::npos);
  EXPECT_NE(document.find("WIDTH 1400"), std::string::npos) << "the page scrolls sideways";
}

void expectFigures(const MeasuredPage& measured, const std::vector<std::string>& expected) {
  const auto ids = measured.ids();
  for (const auto& id : expected) EXPECT_TRUE(ids.count(id) == 1) << id;
}

std::string runReport(const SmallProblem& problem, const std::string& arguments, int ranks = 1) {
  const std::string page = problem.file("page.html");
  const Outcome outcome = runProgram("report " + arguments + " --output " + page, ranks);
  EXPECT_EQ(outcome.status, 0) << outcome.output << (outcome.errors.empty() ? "" : outcome.errors[0]);
  return page;
}

const std::vector<std::string> curveFigures{"p1-loss-work",        "p1-loss-seconds", "p1-gradient-work",
                                            "p1-gradient-seconds", "p1-test-work",    "p1-test-seconds",
                                            "p1-train-work",       "p1-train-seconds"};

// A data set of two outputs, both simple functions of one input.
void writeRegression(const std::string& file) {
  terrace::dataset::Dataset data;
  data.task = terrace::dataset::Task::Regression;
  data.inputShape = {1};
  for (auto* split : {&data.train, &data.test}) {
    split->samples = 60;
    split->features = 1;
    split->outputs = 2;
    for (int i = 0; i < 60; ++i) {
      const double x = -1 + i / 29.5;
      split->inputs.push_back(x);
      split->targets.insert(split->targets.end(), {std::sin(x), x * x});
    }
  }
  terrace::dataset::write(file, data);
}

// The files of `terrace compare` for runs that are there.
void writeStudy(const SmallProblem& problem, const std::string& folder) {
  const auto run = [](const char* name, int seed) {
    return nlohmann::json{{"problem", "spiral & <co>"}, {"seed", seed}, {"directory", name}};
  };
  nlohmann::json study{{"study", "Study <1>"}, {"targets", {0.5, 0.1}}, {"problems", {"spiral & <co>"}}};
  study["solvers"] = {{{"name", "cycles"}, {"runs", {run("a", 1), run("b", 2), run("gone", 3)}}},
                      {{"name", "'L-BFGS'"}, {"runs", {run("c", 1)}}}};
  study["profiles"]["work_units"] = {
      {"instances", 4},
      {"solvers",
       {{{"name", "cycles"}, {"ratios", {1.0, 1.0, 1.5}}, {"fractions", {0.5, 0.5, 0.75}}},
        {{"name", "'L-BFGS'"},
         {"ratios", nlohmann::json::array()},
         {"fractions", nlohmann::json::array()}}}}};
  problem.directory().write(folder + "/comparison.json", study.dump());
  problem.directory().write(folder + "/study.xml", "<ParameterList name=\"of the study\"/>");
}

// Images in colour: a bar, upright or level, in red or green, that is hard to see.
void writeColourImages(const std::string& file) {
  constexpr int side = 8;
  terrace::dataset::Random random(9, 0);
  terrace::dataset::Dataset data;
  data.inputShape = {3, side, side};
  data.classes = 4;
  data.provenance["class_names"] = std::vector<std::string>{"red up", "red level", "green up", "green level"};
  for (auto* split : {&data.train, &data.test}) {
    split->samples = split == &data.train ? 160 : 60;
    split->features = 3 * side * side;
    for (int s = 0; s < static_cast<int>(split->samples); ++s) {
      const int at = static_cast<int>(random.uniform() * side), label = s % 4;
      for (int c = 0; c < 3; ++c)
        for (int y = 0; y < side; ++y)
          for (int x = 0; x < side; ++x)
            split->inputs.push_back((c == label / 2 && (label % 2 == 0 ? x : y) == at ? 0.8 : 0.0) +
                                    random.uniform());
      split->labels.push_back(label);
    }
  }
  terrace::dataset::write(file, data);
}

// What is written in a figure, in its order.
std::vector<std::string> textsOf(const std::string& page, const std::string& id) {
  const auto first = page.find("<figure id=\"" + id + "\""), last = page.find("</svg>", first);
  EXPECT_NE(first, std::string::npos) << id;
  const std::string figure = page.substr(first, last - first);
  const std::regex text("<text>([^<]*)</text>");
  std::vector<std::string> found;
  for (std::sregex_iterator match(figure.begin(), figure.end(), text), end; match != end; ++match)
    found.push_back((*match)[1]);
  return found;
}

// The labels below the pictures of the samples with the smallest probability of their true class.
std::vector<std::string> labelsOfWorst(const std::string& predictions, const std::string& data,
                                       std::size_t count) {
  const auto file = terrace::dataset::Hdf5File::open(predictions);
  const auto predicted = file.read<int>("labels").values;
  const auto outputs = file.read<double>("outputs").values;
  const auto names = file.names("class_names");
  const auto labels = terrace::dataset::Hdf5File::open(data).read<int>("test/labels").values;
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t s = 0; s < labels.size(); ++s)
    order.emplace_back(outputs[s * names.size() + static_cast<std::size_t>(labels[s])], s);
  std::sort(order.begin(), order.end());
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t s = order[k].second;
    texts.push_back(names[static_cast<std::size_t>(labels[s])] + ",");
    texts.push_back(predicted[s] == labels[s] ? "as predicted"
                                              : "not " + names[static_cast<std::size_t>(predicted[s])]);
  }
  return texts;
}

} // namespace

TEST(Report, OfRunsIsAPageWithoutErrorsWhoseFiguresAreAllDrawn) {
  if (!hasBrowser()) GTEST_SKIP() << "chromium is not installed";
  const SmallProblem problem;
  problem.train("cycles-seed-1");
  problem.train("cycles-seed-2", "--set \"Network/Initial Guess/Seed=2\"");
  problem.train("lbfgs",
                "--set \"Step/Type=Line Search\" --set \"Levels/Number of Levels=1\" "
                "--set \"Levels/Sample Fractions={1.0}\" --set \"General/Secant/Type=Limited-Memory BFGS\"");
  const std::string page =
      runReport(problem, problem.file("cycles-seed-1") + " " + problem.file("cycles-seed-2") + " " +
                             problem.file("lbfgs") + " --target 0.5");
  const MeasuredPage measured = measure(page);
  expectWholeFigures(measured);
  expectFigures(measured, curveFigures);
  expectFigures(measured, {"p1-radius", "p1-ratio", "p1-samples", "p1-levels-1", "p1-model-1-regions",
                           "p1-model-1-confusion", "p1-model-2-regions", "p1-model-2-confusion"});
  const std::string html = readFile(page);
  EXPECT_NE(html.find("<th scope=\"row\">cycles</th><td>2</td>"), std::string::npos)
      << "two seeds of one solver";
  EXPECT_NE(html.find("Work units to 0.5"), std::string::npos);
  EXPECT_NE(html.find("Initial Guess"), std::string::npos) << "the deck";
  EXPECT_NE(html.find(problem.summary("lbfgs").at("machine").at("system").get<std::string>()),
            std::string::npos);
}

TEST(Report, OfRegressionShowsPredictedAgainstTrueValues) {
  if (!hasBrowser()) GTEST_SKIP() << "chromium is not installed";
  const SmallProblem problem;
  writeRegression(problem.file("regression.h5"));
  problem.train("run",
                "--set Data/File=" + problem.file("regression.h5") + " \"Network/Loss=Least Squares\"");
  const MeasuredPage measured = measure(runReport(problem, problem.file("run")));
  expectWholeFigures(measured);
  expectFigures(measured, curveFigures);
  expectFigures(measured, {"p1-model-1-predictions"});
}

TEST(Report, OfImagesShowsTheWorstFirstAndTheStencilsOfTheFirstLayer) {
  if (!hasBrowser()) GTEST_SKIP() << "chromium is not installed";
  const SmallProblem problem;
  const std::string data = problem.file("bars.h5"), outputs = problem.file("outputs.h5");
  writeColourImages(data);
  ASSERT_EQ(runProgram("train " TERRACE_SOURCE_DIR "/data/decks/images.xml --output " + problem.file("run") +
                       " --set Data/File=" + data +
                       " \"Data/Training Samples=0\" \"Status Test/Work Limit=4\"")
                .status,
            0);
  const std::string page = runReport(problem, problem.file("run"));
  const MeasuredPage measured = measure(page);
  expectWholeFigures(measured);
  expectFigures(measured, {"p1-model-1-confusion", "p1-model-1-worst", "p1-model-1-stencils"});
  ASSERT_EQ(runProgram("predict " + problem.file("run") + " " + data + " " + outputs).status, 0);
  const std::string html = readFile(page);
  EXPECT_EQ(textsOf(html, "p1-model-1-worst"), labelsOfWorst(outputs, data, 24));
  EXPECT_TRUE(std::regex_search(
      html, std::regex("red up \\d+ %, red level \\d+ %, green up \\d+ %, green level \\d+ %")));
  for (const char* figure : {"p1-model-1-worst", "p1-model-1-stencils"}) {
    const auto first = html.find("<figure id=\"" + std::string(figure) + "\"");
    EXPECT_LT(html.find("data:image/png;base64,", first), html.find("</svg>", first)) << figure;
  }
}

TEST(Report, OfAStudyHasProfilesAndSaysWhichRunsAreMissing) {
  if (!hasBrowser()) GTEST_SKIP() << "chromium is not installed";
  const SmallProblem problem;
  std::filesystem::create_directories(problem.file("study"));
  for (const auto* run : {"study/a", "study/b", "study/c"})
    problem.train(run, "--set \"Status Test/Work Limit=4\"");
  writeStudy(problem, "study");
  const std::string page = runReport(problem, problem.file("study"));
  const MeasuredPage measured = measure(page);
  expectWholeFigures(measured);
  expectFigures(measured, {"s1-profile-work", "p1-loss-work", "p1-model-2-confusion"});
  const std::string html = readFile(page);
  for (const auto* text :
       {"<title>Study &lt;1&gt;</title>", "spiral &amp; &lt;co&gt;", "study/gone of the study",
        "&lt;ParameterList name=&quot;of the study&quot;/&gt;", "Seconds to 0.1"})
    EXPECT_NE(html.find(text), std::string::npos) << text;
}

TEST(Report, OfAHistoryOfOneRowAndOddNamesIsWhole) {
  if (!hasBrowser()) GTEST_SKIP() << "chromium is not installed";
  const SmallProblem problem;
  problem.train("short", "--set \"Status Test/Iteration Limit=1\" \"Status Test/Work Limit=1e-6\"");
  const std::string odd = problem.file("<i>odd & \"named\"; @x `date`");
  std::filesystem::rename(problem.file("short"), odd);
  const std::string page = runReport(problem, shellQuoted(odd));
  const MeasuredPage measured = measure(page);
  expectWholeFigures(measured);
  expectFigures(measured, curveFigures);
  EXPECT_NE(readFile(page).find("&lt;i&gt;odd &amp; &quot;named&quot;; @x `date`"), std::string::npos);
  EXPECT_EQ(readFile(page).find("<i>"), std::string::npos);
}

// A data set, a deck and a directory by somebody who would like to run something on the reader's machine.
TEST(Report, RunsAndShowsNothingThatNamesWant) {
  if (!hasBrowser()) GTEST_SKIP() << "chromium is not installed";
  const SmallProblem problem;
  const std::string marker = problem.file("marker");
  const std::string attack =
      "<script>document.title='taken'</script><img src=x onerror=alert(1)>'\"; `touch " + marker +
      "` $(touch " + marker + ") %s%d &lt;";
  terrace::dataset::SpiralOptions options;
  options.trainSamples = options.testSamples = 60;
  auto data = terrace::dataset::makeSpiral(options);
  data.description = attack;
  std::vector<std::string> names(static_cast<std::size_t>(data.classes), attack);
  names[0] = "100 %s";
  names[1] = "</text><script>x</script>";
  data.provenance["class_names"] = names;
  terrace::dataset::write(problem.data(), data);

  const std::string deck = problem.file("attack.xml");
  std::string text = readFile(problem.deck());
  text.replace(text.find("Small spiral"), 12, "&lt;script>document.title='taken'&lt;/script>");
  std::ofstream(deck) << text;
  const std::string run =
      problem.file("run '\" $(touch marker)\n`touch marker` <script>document.title='taken'<\\script>");
  const Outcome trained = runProgram("train " + deck + " --output " + shellQuoted(run));
  ASSERT_EQ(trained.status, 0) << trained.errors.front();
  const std::string page = runReport(problem, shellQuoted(run));

  const RenderedPage asItIs = render(page);
  EXPECT_TRUE(asItIs.consoleMessages.empty()) << asItIs.consoleMessages.front();
  const MeasuredPage measured = measure(page); // without the policy that would hold scripts up
  expectWholeFigures(measured);
  expectFigures(measured, {"p1-model-1-confusion"});
  EXPECT_EQ(measured.page.document.find("<title>taken"), std::string::npos);
  std::size_t scripts = 0;
  for (auto at = measured.page.document.find("<script"); at != std::string::npos;
       at = measured.page.document.find("<script", at + 1))
    ++scripts;
  EXPECT_EQ(scripts, 1U) << "the measuring one";
  EXPECT_NE(measured.page.document.find("100 %s"), std::string::npos) << "a name is no format";
  EXPECT_FALSE(std::filesystem::exists(marker));
  EXPECT_FALSE(std::filesystem::exists("marker"));
}

TEST(Report, KeepsABrowserFromRunningAScriptThatWouldGetIntoThePage) {
  if (!hasBrowser()) GTEST_SKIP() << "chromium is not installed";
  const SmallProblem problem;
  problem.train("run", "--set \"Status Test/Work Limit=2\"");
  const std::string page = readFile(runReport(problem, problem.file("run")));
  const std::string script = "<script>document.title = 'taken';</script>";
  EXPECT_EQ(render(problem.directory().write("held.html", page + script)).document.find("<title>taken"),
            std::string::npos);
  EXPECT_NE(render(problem.directory().write("free.html", withScripts(page) + script))
                .document.find("<title>taken"),
            std::string::npos);
}

TEST(Report, DrawsInATemporaryFolderOfAnyNameThatNobodyElseReads) {
  const SmallProblem problem;
  problem.train("run", "--set \"Status Test/Work Limit=2\"");
  const std::string folder = problem.file("it's \"a\" $(touch marker) `touch marker`");
  std::filesystem::create_directories(folder);
  // A program of gnuplot's name says what it sees, then is the real one.
  std::filesystem::create_directories(problem.file("bin"));
  std::filesystem::permissions(
      problem.directory().write("bin/gnuplot",
                                "#!/bin/sh\nfor file; do [ -f \"$file\" ] && stat -c '%a %n' \"$(dirname "
                                "\"$file\")\" \"$file\" >> " +
                                    problem.file("seen") + "; done\nPATH=${PATH#*:} exec gnuplot \"$@\"\n"),
      std::filesystem::perms::owner_all);
  const Outcome outcome =
      runProgram("report " + problem.file("run") + " --output " + problem.file("page.html"), 1,
                 "TMPDIR=" + shellQuoted(folder) + " PATH=" + shellQuoted(problem.file("bin")) + ":$PATH ");
  EXPECT_EQ(outcome.status, 0) << outcome.errors.front();
  const std::string seen = readFile(problem.file("seen"));
  EXPECT_EQ(seen.rfind("700 " + folder + "/terrace-report-", 0), 0U) << seen;
  EXPECT_FALSE(std::filesystem::exists("marker"));
  for (const auto& left : std::filesystem::directory_iterator(folder)) // Open MPI may leave its own
    EXPECT_NE(left.path().filename().string().rfind("terrace", 0), 0U) << left.path();
}

TEST(Report, IsTheSameOnAnyNumberOfRanks) {
  const SmallProblem problem;
  problem.train("run", "--set \"Status Test/Work Limit=5\"");
  const std::string alone = readFile(runReport(problem, problem.file("run")));
  EXPECT_EQ(alone, readFile(runReport(problem, problem.file("run"), 2)));
  EXPECT_NE(alone.find("<figure"), std::string::npos);
}

TEST(Report, GoesWithoutFiguresOfTheModelWhereTheDataHaveChangedOrGone) {
  const SmallProblem problem;
  problem.train("run", "--set \"Status Test/Work Limit=5\"");
  const auto pageWith = [&problem] { return readFile(runReport(problem, problem.file("run"))); };
  EXPECT_NE(pageWith().find("id=\"p1-model-1-regions\""), std::string::npos);
  ASSERT_EQ(runProgram("data make spiral " + problem.data() + " --train 30 --test 10").status, 0);
  const std::string changed = pageWith();
  EXPECT_EQ(changed.find("id=\"p1-model-1-regions\""), std::string::npos);
  EXPECT_NE(changed.find("is not the data set that the model was trained on"), std::string::npos);
  std::filesystem::remove(problem.data());
  const std::string gone = pageWith();
  EXPECT_NE(gone.find("the data set that the model was trained on is missing"), std::string::npos);
  EXPECT_NE(gone.find("id=\"p1-loss-work\""), std::string::npos);
}

TEST(Report, OfSomethingElseIsBadInputAndLeavesNoPage) {
  const SmallProblem problem;
  const std::string page = problem.file("page.html");
  const auto expectRejected = [&](const std::string& arguments, const std::string& reason) {
    const Outcome outcome = runProgram("report " + arguments + " --output " + page);
    EXPECT_EQ(outcome.status, 2) << arguments;
    ASSERT_EQ(outcome.errors.size(), 1U) << arguments;
    EXPECT_NE(outcome.errors[0].find(reason), std::string::npos) << outcome.errors[0];
    EXPECT_FALSE(std::filesystem::exists(page));
  };
  std::filesystem::create_directories(problem.file("empty"));
  expectRejected(problem.file("empty"), "is neither a run (summary.json) nor a study (comparison.json)");
  expectRejected(problem.file("nothing"), "is not a directory");
  expectRejected(problem.data(), "is not a directory");
  std::filesystem::create_directories(problem.file("broken"));
  problem.directory().write("broken/summary.json", "{\"value\": ");
  expectRejected(problem.file("broken"), "summary.json: is not the summary of a run");
  problem.directory().write("broken/comparison.json", "{}");
  expectRejected(problem.file("broken"), "comparison.json: is not a comparison of solvers");
}

TEST(Report, WithoutGnuplotIsAFailureThatSaysSo) {
  const SmallProblem problem;
  problem.train("run", "--set \"Status Test/Work Limit=2\"");
  // A program of its name that cannot do anything, before the real one.
  std::filesystem::create_directories(problem.file("bin"));
  std::filesystem::permissions(problem.directory().write("bin/gnuplot", "#!/bin/sh\nexit 127\n"),
                               std::filesystem::perms::owner_all);
  const std::string path = getenv("PATH");
  setenv("PATH", (problem.file("bin") + ":" + path).c_str(), 1);
  const Outcome outcome =
      runProgram("report " + problem.file("run") + " --output " + problem.file("page.html"));
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(outcome.status, 1);
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_NE(outcome.errors[0].find("gnuplot cannot be started"), std::string::npos) << outcome.errors[0];
  EXPECT_FALSE(std::filesystem::exists(problem.file("page.html")));
}
