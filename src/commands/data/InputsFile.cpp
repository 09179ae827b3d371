#include "commands/data/InputsFile.hpp"

#include "io/OutputFile.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <iostream>

namespace terrace::program {

void writeInputs(const std::string& file, const std::vector<double>& inputs, std::size_t features,
                 const std::vector<std::string>& names) {
  makeFolderOf(file);
  auto output = openOutput(file);
  auto target = dataset::Hdf5File::create(output.path(), file);
  target.write("inputs", {inputs.size() / features, features}, inputs);
  if (!names.empty()) target.writeNames("input_names", names);
  target.close();
  output.commit();
  std::cout << file << ": " << inputs.size() / features << " inputs of " << features << " features\n";
}

} // namespace terrace::program
