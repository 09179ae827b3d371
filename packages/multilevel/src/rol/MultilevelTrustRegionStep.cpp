#include <terrace/multilevel/rol/MultilevelTrustRegionStep_Def.hpp>

namespace terrace {
template class MultilevelTrustRegionStep<double>;
}
