#pragma once

#include "commands/Command.hpp"
#include "commands/data/SolvedSamples.hpp"

#include <terrace/pde/DiffusionConvectionReaction.hpp>
#include <terrace/pde/NeutronDiffusion.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// \name Add `terrace data make diffusion-convection-reaction` and `neutron-diffusion`
/// @{
void addDiffusionConvectionReaction(CLI::App& parent, Action& chosen);
void addNeutronDiffusion(CLI::App& parent, Action& chosen);
/// @}

/// \name Regression data from solves of a problem
///
/// Solves the problem for random parameters, writes inputs and quantities of interest as a data set and
/// prints what is in it; collective. The file does not depend on the number of ranks. Whether \p file can be
/// written is checked first; it is written at the end, whole or not at all. \throws std::invalid_argument if
/// an option is out of range or the file cannot be written there,
///         std::runtime_error if a solve or the writing fails.
/// @{
void makeDiffusionConvectionReaction(const pde::DiffusionConvectionReactionOptions& options,
                                     const SamplingOptions& sampling, const std::string& file,
                                     const Teuchos::Comm<int>& comm);
void makeNeutronDiffusion(const pde::NeutronDiffusionOptions& options, const SamplingOptions& sampling,
                          const std::string& file, const Teuchos::Comm<int>& comm);
/// @}

/// Reads a range from "LOW,HIGH" or "VALUE".
/// \throws std::invalid_argument that begins with \p option.
pde::Range parseRange(const std::string& option, const std::string& text);

/// The text "LOW,HIGH", as parseRange() reads it.
std::string optionText(const pde::Range& range);

/// Reads sides from "right,top"; "none" means no side.
/// \throws std::invalid_argument that begins with \p option.
std::vector<pde::Side> parseSides(const std::string& option, const std::string& text);

} // namespace terrace::program
