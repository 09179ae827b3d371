#include "run/checkpoint/CheckpointWriter.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <stdexcept>

namespace terrace::program {

const resnet::ParameterSpace& spaceOf(const ROL::Vector<double>& vector, const LevelSpaces& spaces) {
  for (const auto& space : spaces)
    if (space->layout().size() == vector.dimension()) return *space;
  throw std::logic_error("A vector of " + std::to_string(vector.dimension()) +
                         " entries belongs to no level.");
}

CheckpointWriter::CheckpointWriter(dataset::Hdf5File* file, const LevelSpaces& spaces)
    : file_(file), spaces_(spaces) {}

void CheckpointWriter::visit(const std::string& name, std::vector<double>& values) {
  dataset::runOnRoot(*spaces_.front()->comm(),
                     [&] { file_->write(solverGroup + name, {values.size()}, values); });
}

void CheckpointWriter::visit(const std::string& name, ROL::Vector<double>& vector) {
  std::vector<double> values =
      spaceOf(vector, spaces_).gatherToAll(dynamic_cast<const resnet::ParameterVector&>(vector));
  visit(name, values);
}

} // namespace terrace::program
