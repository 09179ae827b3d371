#include <terrace/multilevel/rol/MultilevelTrustRegionAlgorithm_Def.hpp>

namespace terrace {
template class MultilevelTrustRegionAlgorithm<double>;
}
