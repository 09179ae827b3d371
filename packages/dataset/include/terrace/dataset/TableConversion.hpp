#pragma once

#include <terrace/dataset/Dataset.hpp>
#include <terrace/dataset/TextTable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace terrace::dataset {

/// How a table of text becomes a data set. A column is named as in the header, or by its number, from 1.
struct TableConversion {
  std::string table;                ///< path of the text file
  std::string testTable;            ///< test samples, with the same columns; "": none
  std::string label;                ///< classification: column of the classes
  std::vector<std::string> targets; ///< regression: columns of the targets
  std::vector<std::string> inputs;  ///< none: all other columns
  double testShare = 0;             ///< of the table's samples that become the test set, in [0, 1)
  std::uint64_t seed = 1;           ///< of the choice of these
  char delimiter = 0;               ///< as TextTable's
  TextTable::Header header = TextTable::Header::Auto; ///< whether the first line has the names
  /// Arrays of derivatives of the targets, for files of arrays: Jacobians, or directions and derivatives
  /// along them; empty: none.
  std::string jacobians;
  std::string directions;  ///< \copydoc jacobians
  std::string derivatives; ///< \copydoc jacobians
  /// Files of arrays: whether images are samples x height x width x channels, not channels first.
  bool channelsLast = false;
};

/// Makes a data set of one table or two, without a description.
///
/// Classes are the different texts of the label column, in numerical order if all are numbers (1 and 1.0 are
/// one class), else in alphabetical order with digits read as numbers ("part 2" before "part 10"); they are
/// kept as the provenance `class_names`. Without \p inputs, a column without a name that numbers the rows is
/// left out, as data frames are written with one. A test share is drawn by sampleOrder(), stratified for
/// classification; the other samples stay in the order of the table. \throws std::invalid_argument of one
/// line: file, line and column of what is wrong with a table, or the test
///         share that leaves no samples.
/// \param[out] decisions  what the table left open and how it was read, a sentence each; may be null.
Dataset convertTable(const TableConversion& conversion, std::vector<std::string>* decisions = nullptr);

/// The input columns alone, of a table without targets: samples and inputs of the split. \p names becomes the
/// names of the columns.
/// \param[out] labels  the texts of the label column, if the conversion names one; may be null.
Split convertInputs(const TableConversion& conversion, std::vector<std::string>& names,
                    std::vector<std::string>* decisions = nullptr,
                    std::vector<std::string>* labels = nullptr);

} // namespace terrace::dataset
