#include "commands/data/Data.hpp"

#include "commands/data/Convert.hpp"
#include "commands/data/Info.hpp"
#include "commands/data/Make.hpp"

namespace terrace::program {

void addData(CLI::App& parent, Action& chosen) {
  CLI::App* data = parent.add_subcommand("data", "Make, convert and describe data sets");
  data->require_subcommand(1);
  data->footer("Examples:\n"
               "  terrace data make spiral spiral.h5 --arms 3\n"
               "  terrace data convert iris.csv iris.h5 --label species --test-share 0.2\n"
               "  terrace data info spiral.h5");
  for (const AddCommand add : {addMake, addConvert, addInfo}) add(*data, chosen);
}

} // namespace terrace::program
