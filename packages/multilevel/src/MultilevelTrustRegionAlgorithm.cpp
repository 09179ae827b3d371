#include <terrace/multilevel/MultilevelTrustRegionAlgorithm_Def.hpp>

namespace terrace {
template class MultilevelTrustRegionAlgorithm<double>;
}
