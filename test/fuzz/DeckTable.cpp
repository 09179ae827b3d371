// A table of all types and checks of parameters. It stands in for the table of decks, which needs all of ROL,
// and so do the checks of solvers, which let everything pass.
#include "deck/DeckParameters.hpp"

#include <terrace/multilevel/rol/SolverCheck.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Teuchos_Array.hpp>

namespace terrace::program {

Teuchos::RCP<const Teuchos::ParameterList> validDeckParameters() {
  static const auto table = [] {
    auto list = Teuchos::rcp(new Teuchos::ParameterList("Terrace"));
    auto& network = list->sublist("Network");
    declareInt(network, "Width", 8, "Neurons.", 1, 1000);
    declareDouble(network, "Final Time", 1, "Time.", 0, 100);
    declareBool(network, "Progress", true, "Whether.");
    declareString(network, "Loss", "", "A text.");
    network.set("Widths", Teuchos::Array<int>(2, 1), "Numbers.");
    network.set("Times", Teuchos::Array<double>(1, 1.0), "Numbers.");
    network.set("Names", Teuchos::Array<std::string>(1, "a"), "Texts.");
    declareInt(network.sublist("Initial Guess"), "Seed", 1, "Seed.", 0, 100);
    declareString(network.sublist("Initial Guess"), "Type", "Random", "Type.");
    declareString(network.sublist("Initial Guess"), "File", "", "File.");
    declareString(list->sublist("Data"), "File", "", "File.");
    for (const char* name : {"General", "Step", "Sampling", "Status Test"}) list->sublist(name);
    return list;
  }();
  return table;
}

Teuchos::RCP<const Teuchos::ParameterList> deckDefaults() {
  return validDeckParameters();
}

Teuchos::ParameterList inTableOrder(const Teuchos::ParameterList& list,
                                    const Teuchos::ParameterList& /*table*/) {
  return list;
}

} // namespace terrace::program

namespace terrace {

void checkSolverLists(Teuchos::ParameterList& /*lists*/, std::vector<std::string>& /*warnings*/,
                      RolInterface /*interface*/, const std::string& /*path*/) {}
void dropUnknownOfRol(Teuchos::ParameterList& /*lists*/) {}
void fillInSolverDefaults(Teuchos::ParameterList& /*parameters*/) {}

} // namespace terrace
