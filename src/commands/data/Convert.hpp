#pragma once

#include <terrace/dataset/TableConversion.hpp>

#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

struct ConvertOptions {
  dataset::TableConversion conversion;
  std::string delimiter; ///< one character, or "tab"; "": as the file's name says
  std::string header = "auto";
  std::string file; ///< data set to write
};

/// `terrace data convert`: makes a data set of a text table and prints what it is, or, without labels or
/// targets, a file of inputs for `terrace predict`; collective, rank 0 works.
/// \throws std::invalid_argument for wrong options, tables, or places; nothing is written then.
void convertData(const ConvertOptions& options, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
