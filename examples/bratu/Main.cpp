// Solves the Bratu problem on nested meshes: bratu DECK [intervals a side, default 64].
#include "Bratu.hpp"
#include "MeshHierarchy.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <ROL_Problem.hpp>
#include <Teuchos_XMLParameterListHelpers.hpp>
#include <Tpetra_Core.hpp>

#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  const auto comm = Tpetra::getDefaultComm();
  try {
    if (argc < 2) throw std::invalid_argument("usage: bratu DECK [intervals]");
    const auto deck = Teuchos::getParametersFromXmlFile(argv[1]);
    const double lambda = deck->get("Lambda", 6.8);
    const auto hierarchy =
        mesh::makeHierarchy(comm, argc > 2 ? std::stoi(argv[2]) : 64, 4, [&](const auto& grid) {
          return ROL::makePtr<mesh::EnergyObjective<mesh::Bratu>>(grid, mesh::Bratu{lambda});
        });

    std::ostringstream silent;
    ROL::Problem<double> problem((*hierarchy)[0].objective, (*hierarchy)[0].vector->clone());
    terrace::makeAlgorithm(hierarchy, *deck)->run(problem, comm->getRank() == 0 ? std::cout : silent);
  } catch (const std::exception& error) {
    if (comm->getRank() == 0) std::cerr << "bratu: " << error.what() << '\n';
    return 1;
  }
}
