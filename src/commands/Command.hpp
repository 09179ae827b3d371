#pragma once

#include <terrace/dataset/CollectiveErrors.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace terrace::program {

using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;

/// The work of a command, on all ranks.
using Action = std::function<void(const Communicator&)>;

/// Adds a command with its options and its help to \p parent. If the command line names it, parsing sets
/// \p chosen.
using AddCommand = void (*)(CLI::App& parent, Action& chosen);

/// An action of rank 0 alone.
template <class Work>
Action onRoot(Work work) {
  return [work](const Communicator& comm) { dataset::runOnRoot(*comm, work); };
}

/// \name Parts that several commands share
/// @{

/// Accepts whole numbers of 0 or more. CLI11's own checks of ranges name the largest double in full.
CLI::Validator wholeNumber();

/// Accepts any text but the empty one.
CLI::Validator fileName();

/// Adds "--set PATH=VALUE", which may be repeated.
void addAssignments(CLI::App& command, std::vector<std::string>& assignments, const std::string& about);

/// Adds "--strict", which makes an error of what has no effect in a deck.
void addStrict(CLI::App& command, bool& strict);

/// `--set A=1 B=2` as `--set A=1 --set B=2`: CLI11 would take a deck that follows for an assignment.
std::vector<std::string> withRepeatedSet(const std::vector<std::string>& arguments);
/// @}

} // namespace terrace::program
