#include "RolChoices.hpp"

#include <ROL_KrylovFactory.hpp>
#include <ROL_LineSearch_U_Types.hpp>
#include <ROL_TrustRegionTypes.hpp>
#include <ROL_TrustRegion_U_Types.hpp>
#include <ROL_TypeB_AlgorithmFactory.hpp>
#include <ROL_TypeE_AlgorithmFactory.hpp>
#include <ROL_TypeG_AlgorithmFactory.hpp>
#include <ROL_TypeU_AlgorithmFactory.hpp>
#include <ROL_Types.hpp>
#include <ROL_Vector.hpp>
#include <Teuchos_ParameterEntryValidator.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace terrace {
namespace {

using Teuchos::ParameterList;
using Names = std::vector<std::string>;

// One of a list of names, compared as ROL does: without spaces, punctuation and case.
class RolChoiceValidator : public Teuchos::ParameterEntryValidator {
public:
  explicit RolChoiceValidator(const Names& names)
      : names_(Teuchos::rcp(new Teuchos::Array<std::string>(names))) {}

  const std::string getXMLTypeName() const override { return "TerraceRolChoice"; }
  void printDoc(const std::string& indent, std::ostream& out) const override {
    out << indent << "one of ROL's names";
  }
  ValidStringsList validStringValues() const override { return names_; }

  void validate(const Teuchos::ParameterEntry& entry, const std::string& /*name*/,
                const std::string& /*list*/) const override {
    if (rolName(Teuchos::getValue<std::string>(entry), names_->toVector()).empty())
      throw std::invalid_argument("unknown name");
  }

private:
  ValidStringsList names_;
};

// The names of an enumeration's values first .. last - 1, joined to those that are there.
template <class Enumeration>
void collect(Names& names, Enumeration first, Enumeration last, std::string (*toString)(Enumeration)) {
  for (int i = first; i < last; ++i) {
    const std::string name = toString(static_cast<Enumeration>(i));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
}

void restrictTo(ParameterList& list, const std::string& parameter, Names names) {
  list.set(parameter, names.front(), "ROL's.", Teuchos::rcp(new RolChoiceValidator(names)));
}

void removeFrom(Names& names, const Names& removed) {
  for (const auto& name : removed) names.erase(std::remove(names.begin(), names.end(), name), names.end());
}

// A deck cannot bring a class of its user's; ROL then makes nothing and crashes, or takes another method.
const Names ofUsers = {"User Defined", "User-Defined"};

std::string textOr(const ParameterList& list, const std::string& name, const std::string& otherwise) {
  return list.isType<std::string>(name) ? list.get<std::string>(name) : otherwise;
}

const ParameterList& sublistOf(const ParameterList& list, const char* name) {
  static const ParameterList none;
  return list.isSublist(name) ? list.sublist(name) : none;
}

RolChoice subproblemSolvers(RolInterface interface, const ParameterList& trustRegion) {
  Names names;
  if (interface == RolInterface::Algorithm) {
    collect(names, ROL::TRUSTREGION_U_CAUCHYPOINT, ROL::TRUSTREGION_U_LAST, ROL::ETrustRegionUToString);
  } else {
    collect(names, ROL::TRUSTREGION_CAUCHYPOINT, ROL::TRUSTREGION_LAST, ROL::ETrustRegionToString);
    if (textOr(trustRegion, "Subproblem Model", "") != "Lin-More") removeFrom(names, {"Lin-More"});
  }
  return {{"Step", "Trust Region"}, "Subproblem Solver", names};
}

RolChoice lineSearches() {
  Names names;
  collect(names, ROL::LINESEARCH_U_ITERATIONSCALING, ROL::LINESEARCH_U_LAST, ROL::ELineSearchUToString);
  removeFrom(names, ofUsers);
  return {{"Step", "Line Search", "Line-Search Method"}, "Type", names};
}

// MINRES returns no descent direction; ROL's own isValidKrylov() leaves it out.
RolChoice krylovMethods() {
  Names names;
  collect(names, ROL::KRYLOV_CG, ROL::KRYLOV_LAST, ROL::EKrylovToString);
  removeFrom(names, ofUsers);
  removeFrom(names, {"MINRES"});
  return {{"General", "Krylov"}, "Type", names};
}

std::vector<RolChoice> lineSearchChoices(const ParameterList& lineSearch) {
  Names descent, curvature, nonlinearCG;
  collect(descent, ROL::DESCENT_U_STEEPEST, ROL::DESCENT_U_LAST, ROL::EDescentUToString);
  removeFrom(descent, ofUsers);
  collect(curvature, ROL::CURVATURECONDITION_U_WOLFE, ROL::CURVATURECONDITION_U_LAST,
          ROL::ECurvatureConditionUToString);
  const std::vector<std::string> place = {"Step", "Line Search", "Descent Method"};
  std::vector<RolChoice> choices = {{place, "Type", descent},
                                    lineSearches(),
                                    {{"Step", "Line Search", "Curvature Condition"}, "Type", curvature}};
  const std::string method =
      rolName(textOr(sublistOf(lineSearch, "Descent Method"), "Type", "Quasi-Newton Method"), descent);
  if (method == "Newton-Krylov") choices.push_back(krylovMethods());
  if (method == "Nonlinear CG") {
    collect(nonlinearCG, ROL::NONLINEARCG_HESTENES_STIEFEL, ROL::NONLINEARCG_LAST, ROL::ENonlinearCGToString);
    removeFrom(nonlinearCG, ofUsers);
    choices.push_back({place, "Nonlinear CG Type", nonlinearCG});
  }
  return choices;
}

} // namespace

std::string rolName(const std::string& value, const Names& names) {
  const std::string plain = ROL::removeStringFormat(value);
  const auto found = std::find_if(names.begin(), names.end(), [&plain](const std::string& name) {
    return ROL::removeStringFormat(name) == plain;
  });
  return found == names.end() ? "" : *found;
}

std::vector<RolChoice> implementedChoices(const ParameterList& deck, RolInterface interface) {
  const ParameterList& step = sublistOf(deck, "Step");
  const std::string type = textOr(step, "Type", "Trust Region");
  if (type == "Trust Region") return {subproblemSolvers(interface, sublistOf(step, "Trust Region"))};
  if (type == "Line Search") return lineSearchChoices(sublistOf(step, "Line Search"));
  if (type == "Bundle") return {lineSearches()};
  return {};
}

Names unconstrainedTypes() {
  Names names;
  collect(names, ROL::TypeU::ALGORITHM_U_BUNDLE, ROL::TypeU::ALGORITHM_U_LAST,
          ROL::TypeU::EAlgorithmUToString);
  return names;
}

Names constrainedTypes() {
  Names names = {"Augmented Lagrangian 2", "iPiano"}; // of later versions
  collect(names, ROL::TypeB::ALGORITHM_B_LINESEARCH, ROL::TypeB::ALGORITHM_B_LAST,
          ROL::TypeB::EAlgorithmBToString);
  collect(names, ROL::TypeE::ALGORITHM_E_AUGMENTEDLAGRANGIAN, ROL::TypeE::ALGORITHM_E_LAST,
          ROL::TypeE::EAlgorithmEToString);
  collect(names, ROL::TypeG::ALGORITHM_G_AUGMENTEDLAGRANGIAN, ROL::TypeG::ALGORITHM_G_LAST,
          ROL::TypeG::EAlgorithmGToString);
  collect(names, ROL::STEP_AUGMENTEDLAGRANGIAN, ROL::STEP_LAST, ROL::EStepToString);
  removeFrom(names, unconstrainedTypes());
  return names;
}

void restrictRolChoices(ParameterList& rol) {
  using namespace ROL;
  Names subproblem, model, descent, nonlinearCG, search, curvature, krylov;
  collect(subproblem, TRUSTREGION_U_CAUCHYPOINT, TRUSTREGION_U_LAST, ETrustRegionUToString);
  collect(subproblem, TRUSTREGION_CAUCHYPOINT, TRUSTREGION_LAST, ETrustRegionToString);
  collect(model, TRUSTREGION_MODEL_COLEMANLI, TRUSTREGION_MODEL_LAST, ETrustRegionModelToString);
  collect(descent, DESCENT_U_STEEPEST, DESCENT_U_LAST, EDescentUToString);
  collect(descent, DESCENT_STEEPEST, DESCENT_LAST, EDescentToString);
  collect(nonlinearCG, NONLINEARCG_HESTENES_STIEFEL, NONLINEARCG_LAST, ENonlinearCGToString);
  collect(search, LINESEARCH_U_ITERATIONSCALING, LINESEARCH_U_LAST, ELineSearchUToString);
  collect(search, LINESEARCH_ITERATIONSCALING, LINESEARCH_LAST, ELineSearchToString);
  collect(curvature, CURVATURECONDITION_U_WOLFE, CURVATURECONDITION_U_LAST, ECurvatureConditionUToString);
  collect(curvature, CURVATURECONDITION_WOLFE, CURVATURECONDITION_LAST, ECurvatureConditionToString);
  collect(krylov, KRYLOV_CG, KRYLOV_LAST, EKrylovToString);

  ParameterList& trustRegion = rol.sublist("Step").sublist("Trust Region");
  ParameterList& lineSearch = rol.sublist("Step").sublist("Line Search");
  restrictTo(trustRegion, "Subproblem Solver", subproblem);
  restrictTo(trustRegion, "Subproblem Model", model);
  restrictTo(lineSearch.sublist("Descent Method"), "Type", descent);
  restrictTo(lineSearch.sublist("Descent Method"), "Nonlinear CG Type", nonlinearCG);
  restrictTo(lineSearch.sublist("Line-Search Method"), "Type", search);
  restrictTo(lineSearch.sublist("Curvature Condition"), "Type", curvature);
  restrictTo(rol.sublist("General").sublist("Krylov"), "Type", krylov);
}

} // namespace terrace
