#include <terrace/multilevel/MultilevelTrustRegionStep_Def.hpp>

namespace terrace {
template class MultilevelTrustRegionStep<double>;
}
