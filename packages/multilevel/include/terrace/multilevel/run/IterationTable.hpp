#pragma once

#include <terrace/multilevel/run/IterationObserver.hpp>

#include <iomanip>
#include <sstream>
#include <string>

namespace terrace {

/// Header of the table that our algorithms print, in ROL's manner.
inline std::string iterationTableHeader() {
  std::ostringstream text;
  text << "  " << std::left << std::setw(6) << "iter" << std::setw(15) << "value" << std::setw(15) << "gnorm"
       << std::setw(15) << "snorm" << std::setw(15) << "delta" << std::setw(12) << "ratio" << std::setw(8)
       << "levels"
       << "work\n";
  return text.str();
}

/// One row of that table.
template <class Real>
std::string iterationTableRow(const IterationRecord<Real>& record) {
  std::ostringstream text;
  text << "  " << std::left << std::setw(6) << record.cycle << std::scientific << std::setprecision(6)
       << std::setw(15) << record.value << std::setw(15) << record.gradientNorm << std::setw(15)
       << record.stepNorm << std::setw(15) << record.radius << std::setprecision(2) << std::setw(12)
       << record.ratio << std::setw(8)
       << std::to_string(record.level) + "-" + std::to_string(record.coarsestLevel) << std::fixed
       << record.work << '\n';
  return text.str();
}

} // namespace terrace
