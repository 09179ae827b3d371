#include <terrace/multilevel/MultilevelTrustRegion_Def.hpp>

namespace terrace {
template class LevelState<double>;
template class MultilevelTrustRegion<double>;
} // namespace terrace
