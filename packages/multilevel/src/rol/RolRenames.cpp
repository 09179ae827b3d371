#include "RolRenames.hpp"

#include <Trilinos_version.h>
#include <map>
#include <utility>

namespace terrace {

std::string nameInThisRol(const std::string& path, const std::string& name) {
  static const std::map<std::pair<std::string, std::string>, std::string> renames = {
      {{"General", "Variable Objective Function"}, "Recompute Objective Function"},
      {{"General > Secant", "Barzilai-Borwein Type"}, "Barzilai-Borwein"},
      {{"Step", "Output Level"}, "General > Output Level"},
      {{"Step", "Step Type"}, "Step > Type"},
      {{"Step > Augmented Lagrangian", "Minimum Penalty Parameter Reciprocal"},
       "Penalty Parameter Reciprocal Lower Bound"},
      {{"Step > Fletcher", "Max Penalty Parameter"}, "Maximum Penalty Parameter"},
      {{"Step > Fletcher", "Min Penalty Parameter"}, "Minimum Penalty Parameter"},
      {{"Step > Line Search", "Maximum Number of Function Evaluations"}, "Function Evaluation Limit"},
      {{"Step > Line Search > Line-Search Method", "User Defined Line-Search Name"},
       "User Defined Line Search Name"},
      {{"Step > Stabilized LCL", "Feasibility Tolerance Update Exponent"},
       "Feasibility Tolerance Increase Exponent"},
      {{"Step > Stabilized LCL", "Optimality Tolerance Update Exponent"},
       "Optimality Tolerance Increase Exponent"},
      {{"Status Test", "Maximum Number of Iterations"}, "Iteration Limit"}};
  const auto found = renames.find({path, name});
  return found == renames.end() ? "" : found->second;
}

std::string rolVersion() {
  return std::string("ROL ") + TRILINOS_VERSION_STRING;
}

} // namespace terrace
