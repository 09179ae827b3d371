#pragma once

#include <terrace/dataset/PartialFile.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// \name Files that the user named for output; for one rank
/// @{

/// \throws std::invalid_argument if \p file is one of \p inputs, or a file of a run directory among them.
void requireNoInput(const std::string& file, const std::vector<std::string>& inputs);

/// Opens an output file, which appears complete or not at all.
/// \param inputs  files and run directories that the command reads: none of their files may be the output.
/// \throws std::invalid_argument if it cannot be written there: the command line is wrong.
dataset::PartialFile openOutput(const std::string& file, const std::vector<std::string>& inputs = {});

/// Makes the missing folders of a file. If that fails, writing the file reports it.
void makeFolderOf(const std::string& file);

/// Makes the missing folders of a file and checks that it can be written there.
/// \throws std::invalid_argument if it cannot.
void requireWritable(const std::string& file);

/// The place of an output file whose work may still fail. Without keep() the folders that it made go with it.
class OutputPlace {
public:
  /// As requireWritable().
  explicit OutputPlace(const std::string& file);
  ~OutputPlace();
  OutputPlace(const OutputPlace&) = delete;
  OutputPlace& operator=(const OutputPlace&) = delete;

  void keep() { made_.clear(); }

private:
  std::vector<std::string> made_; ///< folders, the innermost first
};
/// @}

} // namespace terrace::program
