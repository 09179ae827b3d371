#pragma once

#include "commands/Command.hpp"

#include <terrace/dataset/LabelledImages.hpp>
#include <terrace/dataset/TableConversion.hpp>

#include <string>
#include <vector>

namespace terrace::program {

struct ConvertOptions {
  dataset::TableConversion conversion;
  std::string delimiter; ///< one character, or "tab"; "": the file's name decides
  std::string header = "auto";
  std::vector<std::string> classNames; ///< of images in IDX files, which have none; may be empty
  dataset::ImageCopies copies;         ///< of training images; the seed is that of the conversion
  std::string file;                    ///< data set to write
};

/// Adds `terrace data convert`.
void addConvert(CLI::App& parent, Action& chosen);

/// Makes a data set from a text table, arrays or images and prints what is in it. Without labels and targets
/// it makes a file of inputs for `terrace predict`. Collective, rank 0 works. \throws std::invalid_argument
/// for wrong options, tables, or places; nothing is written then.
void convertData(const ConvertOptions& options, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
