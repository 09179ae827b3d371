#include "commands/data/Make.hpp"

#include "commands/data/MakeGenerated.hpp"
#include "commands/data/MakeGrid.hpp"
#if defined(TERRACE_PDE)
#include "commands/data/MakeSolved.hpp"
#endif

#include <vector>

namespace terrace::program {
namespace {

std::vector<AddCommand> kindsOfData() {
  std::vector<AddCommand> kinds{addSpiral, addSmiley, addPeaks};
#if defined(TERRACE_PDE)
  kinds.insert(kinds.end(), {addDiffusionConvectionReaction, addNeutronDiffusion});
#endif
  kinds.push_back(addGrid);
  return kinds;
}

} // namespace

void addMake(CLI::App& parent, Action& chosen) {
  CLI::App* make = parent.add_subcommand("make", "Write a generated data set");
  make->require_subcommand(1);
  make->footer("Missing folders of the file are made.\n"
               "\nExamples:\n"
               "  terrace data make smiley smiley.h5 --noise 0.05\n"
#if defined(TERRACE_PDE)
               "  mpiexec -n 4 terrace data make neutron-diffusion neutrons.h5 --train 10000\n"
#endif
               "  terrace data make grid grid.h5 --lower -3,-3 --upper 3,3 --points 200");
  for (const AddCommand add : kindsOfData()) add(*make, chosen);
}

} // namespace terrace::program
