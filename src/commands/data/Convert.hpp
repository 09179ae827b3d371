#pragma once

#include "commands/Command.hpp"
#include "commands/data/TableOptions.hpp"

#include <terrace/dataset/LabelledImages.hpp>
#include <terrace/dataset/TableConversion.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace terrace::program {

struct ConvertOptions {
  dataset::TableConversion conversion;
  TableOptions text;                   ///< how a text table is divided
  std::vector<std::string> classNames; ///< of images in IDX files or arrays, and of cubes; may be empty
  std::string groundTruth;             ///< file with the map of a cube's classes; "": no cube
  int patch = 1;                       ///< side of the patches of a cube
  dataset::ImageCopies copies;         ///< of training images; the seed is that of the conversion
  std::string file;                    ///< data set to write
};

/// Adds `terrace data convert`.
void addConvert(CLI::App& parent, Action& chosen);

/// Makes a data set from a text table, arrays or images and prints what is in it. Without labels and targets
/// it makes a file of inputs for `terrace predict`. Collective, rank 0 works. \throws std::invalid_argument
/// for wrong options, tables, or places; nothing is written then.
void convertData(const ConvertOptions& options, const Teuchos::Comm<int>& comm);

/// \name What convertData() shows
/// @{
/// The line "table:  FILE: ..." of what was decided about a file.
void showDecisions(const std::string& table, const std::vector<std::string>& decisions);
/// How far a conversion is, on a terminal.
void showRows(std::size_t done, std::size_t all);
/// Erases what showRows() wrote.
void eraseRows();
/// @}

} // namespace terrace::program
