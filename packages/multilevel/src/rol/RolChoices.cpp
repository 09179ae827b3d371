#include "RolChoices.hpp"

#include <ROL_KrylovFactory.hpp>
#include <ROL_LineSearch_U_Types.hpp>
#include <ROL_TrustRegionTypes.hpp>
#include <ROL_TrustRegion_U_Types.hpp>
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
    const std::string value = ROL::removeStringFormat(Teuchos::getValue<std::string>(entry));
    if (std::none_of(names_->begin(), names_->end(),
                     [&](const std::string& known) { return ROL::removeStringFormat(known) == value; }))
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

} // namespace

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
