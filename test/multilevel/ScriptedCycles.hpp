#pragma once

#include <terrace/multilevel/engine/CycleRunner.hpp>
#include <terrace/multilevel/engine/LevelStates.hpp>

#include <functional>
#include <string>
#include <vector>

namespace terrace_test {

/// Cycles that do what a test says, and a log of all that was asked for.
struct ScriptedCycles : terrace::CycleRunner<double> {
  explicit ScriptedCycles(terrace::LevelStates<double>& on) : levels(on) {}

  void enter(int level) override {
    log.push_back("enter " + std::to_string(level));
    levels[level].value = start;
    work += levels.hierarchy()[level].work;
  }
  void runCycle(int level) override {
    log.push_back("cycle " + std::to_string(level));
    work += levels.hierarchy()[level].work;
    cycle(level);
  }
  void addRow(int level, double rowRatio, double /*stepNorm*/, bool rowAccepted) override {
    log.push_back("row " + std::to_string(level));
    ratio = rowRatio;
    accepted = rowAccepted;
  }
  bool idle() const override { return isIdle; }
  bool isStochastic() const override { return isNoisy; }
  double usefulWork() const override { return work; }
  bool limitReached(double reserve) const override { return work + reserve >= limit; }
  void rest() override { atRest(); }

  terrace::LevelStates<double>& levels;
  std::function<void(int level)> cycle = [](int) {};
  std::function<void()> atRest = [] {};
  double start = 1; ///< Value where a level is entered.
  double work = 0;
  double limit = 1e300; ///< Of the work.
  bool isIdle = false;
  bool isNoisy = false;
  double ratio = 0; ///< Of the last row.
  bool accepted = false;
  std::vector<std::string> log;
};

} // namespace terrace_test
