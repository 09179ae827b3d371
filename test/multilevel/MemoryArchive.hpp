#pragma once

#include "StdVectors.hpp"

#include <terrace/multilevel/run/StateArchive.hpp>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace terrace_test {

using State = std::map<std::string, std::vector<double>>;

/// Visits parts of a state in memory.
struct MemoryArchive : terrace::StateArchive<double> {
  MemoryArchive(State& from, bool isRestored) : state(from), restored(isRestored) {}
  using StateArchive<double>::visit;
  bool restores() const override { return restored; }
  void visit(const std::string& name, std::vector<double>& values) override {
    if (restored) {
      values = state.at(name);
    } else if (!state.emplace(name, values).second) {
      throw std::logic_error(name + " is visited twice");
    }
  }
  void visit(const std::string& name, ROL::Vector<double>& vector) override {
    visit(name, *dynamic_cast<StdVector&>(vector).getVector());
  }
  State& state;
  bool restored;
};

} // namespace terrace_test
