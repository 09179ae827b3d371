#pragma once

#include "commands/data/SolvedSamples.hpp"

#include <terrace/pde/DiffusionConvectionReaction.hpp>
#include <terrace/pde/NeutronDiffusion.hpp>

#include <string>

namespace terrace::program {

/// \name `terrace data make diffusion-convection-reaction | neutron-diffusion`
///
/// Solves a problem for random parameters, writes inputs and quantities of interest as a regression data set
/// and prints what it is; collective. The file does not depend on the number of ranks. \p file is written at
/// the end, whole or not at all; that it can be is checked first.
/// \throws std::invalid_argument if an option is out of range or the file cannot be written there,
///         std::runtime_error if a solve or the writing fails.
/// @{
void makeDiffusionConvectionReaction(const pde::DiffusionConvectionReactionOptions& options,
                                     const SamplingOptions& sampling, const std::string& file,
                                     const Teuchos::Comm<int>& comm);
void makeNeutronDiffusion(const pde::NeutronDiffusionOptions& options, const SamplingOptions& sampling,
                          const std::string& file, const Teuchos::Comm<int>& comm);
/// @}

/// A range from "LOW,HIGH" or "VALUE".
/// \throws std::invalid_argument that begins with \p option.
pde::Range parseRange(const std::string& option, const std::string& text);

/// "LOW,HIGH", as parseRange() reads it.
std::string optionText(const pde::Range& range);

/// Sides from "right,top"; "none": none.
/// \throws std::invalid_argument that begins with \p option.
std::vector<pde::Side> parseSides(const std::string& option, const std::string& text);

} // namespace terrace::program
