#pragma once

#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace terrace::test {

/// The lists Network, Data and Status Test of small problems.
constexpr const char* smallSpiral = R"xml(
  <ParameterList name="Network">
    <Parameter name="Width"      type="int"    value="4"/>
    <Parameter name="Blocks"     type="int"    value="8"/>
    <Parameter name="Final Time" type="double" value="2"/>
  </ParameterList>
  <ParameterList name="Data">
    <Parameter name="File" type="string" value="spiral.h5"/>
  </ParameterList>
  <ParameterList name="Status Test">
    <Parameter name="Work Limit" type="double" value="20"/>
  </ParameterList>
)xml";

/// A directory with a small spiral data set and a deck for it, in which tests train.
class SmallProblem {
public:
  SmallProblem();

  /// Trains the deck into the run directory \p run with more options; fails the test if that fails.
  Outcome train(const std::string& run, const std::string& options = "", int ranks = 1) const;

  nlohmann::json summary(const std::string& run) const;

  std::string file(const std::string& name) const { return directory_.file(name); }
  std::string data() const { return file("spiral.h5"); }
  std::string deck() const { return file("deck.xml"); }
  const TemporaryDirectory& directory() const { return directory_; }

private:
  TemporaryDirectory directory_;
};

} // namespace terrace::test
