#include "TrainedRun.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Generators.hpp>

#include <gtest/gtest.h>

namespace terrace::test {
namespace {

const std::string deckText = std::string("<ParameterList name=\"Small spiral\">") + smallSpiral + R"xml(
  <ParameterList name="Levels">
    <Parameter name="Number of Levels" type="int"           value="2"/>
    <Parameter name="Sample Fractions" type="Array(double)" value="{1.0, 0.5}"/>
    <Parameter name="Least Samples"    type="int"           value="1"/>
  </ParameterList>
  <ParameterList name="Step">
    <ParameterList name="Multilevel Trust Region">
      <Parameter name="Nested Iteration" type="bool" value="false"/>
    </ParameterList>
  </ParameterList>
</ParameterList>
)xml";

} // namespace

SmallProblem::SmallProblem() {
  dataset::SpiralOptions options;
  options.trainSamples = 200;
  options.testSamples = 50;
  dataset::write(data(), dataset::makeSpiral(options));
  directory_.write("deck.xml", deckText);
}

Outcome SmallProblem::train(const std::string& run, const std::string& options, int ranks) const {
  const Outcome outcome = runProgram("train " + deck() + " --output " + file(run) + " " + options, ranks);
  EXPECT_EQ(outcome.status, 0) << outcome.output << (outcome.errors.empty() ? "" : outcome.errors[0]);
  EXPECT_TRUE(outcome.errors.empty());
  return outcome;
}

nlohmann::json SmallProblem::summary(const std::string& run) const {
  return nlohmann::json::parse(readFile(file(run) + "/summary.json"), nullptr, false);
}

} // namespace terrace::test
