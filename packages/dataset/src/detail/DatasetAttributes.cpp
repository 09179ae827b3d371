#include "DatasetAttributes.hpp"

#include <variant>

namespace terrace::dataset::detail {
namespace {

void writeProvenance(Hdf5File& file, const std::string& name, const AttributeValue& value) {
  if (const auto* names = std::get_if<std::vector<std::string>>(&value)) return file.writeNames(name, *names);
  const auto* numbers = std::get_if<std::vector<double>>(&value);
  constexpr std::size_t mostInAttribute = 8000; // 64 KB
  if (numbers != nullptr && numbers->size() > mostInAttribute)
    return file.write(name, {numbers->size()}, *numbers);
  std::visit([&](const auto& attribute) { file.writeAttribute("/", name, attribute); }, value);
}

} // namespace

void writeAttributes(Hdf5File& file, const Dataset& dataset) {
  file.writeAttribute("/", "task",
                      std::string(dataset.task == Task::Classification ? "classification" : "regression"));
  file.writeAttribute("/", "input_shape",
                      std::vector<std::int64_t>(dataset.inputShape.begin(), dataset.inputShape.end()));
  if (dataset.task == Task::Classification) file.writeAttribute("/", "classes", dataset.classes);
  file.writeAttribute("/", "description", dataset.description);
  if (!dataset.inputNames.empty()) file.writeNames("input_names", dataset.inputNames);
  if (!dataset.targetNames.empty()) file.writeNames("target_names", dataset.targetNames);
  for (const auto& [name, value] : dataset.provenance) writeProvenance(file, name, value);
}

} // namespace terrace::dataset::detail
