#include "RolTables.hpp"

#include <terrace/parameters/ParameterValidation.hpp>

#include <ROL_StepFactory.hpp>
#include <ROL_TypeB_AlgorithmFactory.hpp>
#include <ROL_TypeE_AlgorithmFactory.hpp>
#include <ROL_TypeG_AlgorithmFactory.hpp>
#include <ROL_TypeU_AlgorithmFactory.hpp>
#include <ROL_ValidParameters.hpp>

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace terrace {
namespace {

using Teuchos::ParameterList;

// What `make` reads from a list that begins as `list`: ROL's get() enters the defaults. A constructor that
// gives up has entered what it read before.
template <class Make>
ParameterList readBy(const Make& make, ParameterList list) {
  try {
    make(list);
  } catch (const std::exception&) {
    return list;
  }
  return list;
}

// The list with entries that nobody has read yet.
ParameterList unread(const ParameterList& list) {
  ParameterList copy(list.name());
  for (auto item = list.begin(); item != list.end(); ++item) {
    const std::string& name = list.name(item);
    if (list.entry(item).isList()) {
      copy.sublist(name) = unread(list.sublist(name));
    } else {
      Teuchos::ParameterEntry entry;
      entry.setAnyValue(list.entry(item).getAny(false));
      copy.setEntry(name, entry);
    }
  }
  return copy;
}

// The entries that were read, and the lists that hold some.
ParameterList whatWasRead(const ParameterList& list) {
  ParameterList read(list.name());
  for (auto item = list.begin(); item != list.end(); ++item) {
    const std::string& name = list.name(item);
    if (list.entry(item).isList()) {
      const ParameterList part = whatWasRead(list.sublist(name));
      if (part.numParams() > 0) read.sublist(name) = part;
    } else if (list.entry(item).isUsed()) {
      read.setEntry(name, list.entry(item));
    }
  }
  return read;
}

ParameterList ofType(const std::string& type) {
  ParameterList list;
  list.sublist("Step").set("Type", type);
  return list;
}

template <class Type>
std::vector<std::string> typesBefore(Type last, std::string (*toString)(Type)) {
  std::vector<std::string> types;
  for (int type = 0; type < last; ++type) types.push_back(toString(static_cast<Type>(type)));
  return types;
}

void collectUnconstrained(ParameterList& all) {
  using namespace ROL::TypeU;
  const auto make = [](ParameterList& list) { AlgorithmFactory<double>(list); };
  for (const auto& type : typesBefore(ALGORITHM_U_LAST, EAlgorithmUToString))
    fillInDefaults(all, readBy(make, ofType(type)));
}

// The factory for bounds chooses by more than the type.
void collectBounds(ParameterList& all) {
  using namespace ROL::TypeB;
  const auto make = [](ParameterList& list) { AlgorithmFactory<double>(list); };
  for (const auto& type : typesBefore(ALGORITHM_B_LAST, EAlgorithmBToString))
    fillInDefaults(all, readBy(make, ofType(type)));
  for (const std::string model : {"Kelley-Sachs", "SPG", "Lin-More"}) {
    ParameterList list = ofType("Trust Region");
    list.sublist("Step").sublist("Trust Region").set("Subproblem Model", model);
    fillInDefaults(all, readBy(make, list));
  }
  for (const std::string method : {"Newton-Krylov", "Quasi-Newton Method", "Steepest Descent"}) {
    ParameterList list = ofType("Line Search");
    list.sublist("Step").sublist("Line Search").sublist("Descent Method").set("Type", method);
    fillInDefaults(all, readBy(make, list));
  }
}

void collectConstraints(ParameterList& all) {
  const auto equality = [](ParameterList& list) { ROL::TypeE::AlgorithmFactory<double>(list); };
  for (const auto& type : typesBefore(ROL::TypeE::ALGORITHM_E_LAST, ROL::TypeE::EAlgorithmEToString))
    fillInDefaults(all, readBy(equality, ofType(type)));
  const auto general = [](ParameterList& list) { ROL::TypeG::AlgorithmFactory<double>(list); };
  for (const auto& type : typesBefore(ROL::TypeG::ALGORITHM_G_LAST, ROL::TypeG::EAlgorithmGToString))
    fillInDefaults(all, readBy(general, ofType(type)));
}

void makeStepOf(ParameterList& list) {
  ROL::StepFactory<double>().getStep(list.sublist("Step").get<std::string>("Type"), list);
}

void collectSteps(ParameterList& all) {
  for (const auto& type : typesBefore(ROL::STEP_LAST, ROL::EStepToString))
    fillInDefaults(all, readBy(makeStepOf, ofType(type)));
}

// Parameters that ROL reads when it sees constraints, or with the classes of a user.
void addReadLater(ParameterList& all) {
  ParameterList& projection = all.sublist("General").sublist("Polyhedral Projection");
  projection.set("Type", "Dykstra");
  for (const char* name : {"Absolute Tolerance", "Relative Tolerance", "Multiplier Tolerance"})
    projection.set(name, 0.0);
  projection.set("Iteration Limit", 0);
  ParameterList& newton = projection.sublist("Semismooth Newton");
  for (const char* name : {"Step Tolerance", "Sufficient Decrease Tolerance", "Backtracking Rate",
                           "Regularization Scale", "Relative Error Scale"})
    newton.set(name, 0.0);
  newton.set("Line Search Type", 0);
  newton.set("Project onto Separating Hyperplane", false);
  newton.sublist("Krylov");
  ParameterList& lineSearch = all.sublist("Step").sublist("Line Search");
  lineSearch.sublist("Descent Method").set("User Defined Descent Direction Name", "");
  lineSearch.sublist("Descent Method").set("User Defined Nonlinear CG Name", "");
  lineSearch.sublist("Line-Search Method").set("User Defined Line Search Name", "");
}

ParameterList collectAll() {
  ParameterList all(*ROL::getValidROLParameters());
  collectUnconstrained(all);
  collectBounds(all);
  collectConstraints(all);
  collectSteps(all);
  addReadLater(all);
  return all;
}

} // namespace

const ParameterList& rolParameters() {
  static const ParameterList all = collectAll();
  return all;
}

ParameterList readByRol(const ParameterList& deck, RolInterface interface) {
  ParameterList lists;
  for (const char* name : {"General", "Step", "Status Test"})
    if (deck.isSublist(name)) lists.sublist(name) = unread(deck.sublist(name));
  if (interface == RolInterface::Step) return whatWasRead(readBy(makeStepOf, std::move(lists)));
  return whatWasRead(
      readBy([](ParameterList& list) { ROL::TypeU::AlgorithmFactory<double>(list); }, std::move(lists)));
}

} // namespace terrace
