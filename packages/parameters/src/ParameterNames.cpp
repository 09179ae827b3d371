#include <terrace/parameters/ParameterNames.hpp>

namespace terrace {

std::vector<std::string> namesOf(const Teuchos::ParameterList& list) {
  std::vector<std::string> names;
  for (auto item = list.begin(); item != list.end(); ++item) names.push_back(list.name(item));
  return names;
}

} // namespace terrace
