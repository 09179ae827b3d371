#include "commands/data/Make.hpp"

#include "commands/data/MakeGenerated.hpp"
#include "commands/data/MakeGrid.hpp"
#include "commands/data/MakeSolved.hpp"

namespace terrace::program {

void addMake(CLI::App& parent, Action& chosen) {
  CLI::App* make = parent.add_subcommand("make", "Write a generated data set");
  make->require_subcommand(1);
  make->footer("Missing folders of the file are made.\n"
               "\nExamples:\n"
               "  terrace data make smiley smiley.h5 --noise 0.05\n"
               "  mpiexec -n 4 terrace data make neutron-diffusion neutrons.h5 --train 10000\n"
               "  terrace data make grid grid.h5 --lower -3,-3 --upper 3,3 --points 200");
  for (const AddCommand add :
       {addSpiral, addSmiley, addPeaks, addDiffusionConvectionReaction, addNeutronDiffusion, addGrid})
    add(*make, chosen);
}

} // namespace terrace::program
