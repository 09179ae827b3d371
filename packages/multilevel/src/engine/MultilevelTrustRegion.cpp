#include <terrace/multilevel/engine/MultilevelTrustRegion_Def.hpp>

namespace terrace {
template class CoarseModel<double>;
template class TruncatedCG<double>;
template class LevelState<double>;
template class NestedIteration<double>;
template class BatchIteration<double>;
template class StochasticIteration<double>;
template class MultilevelTrustRegion<double>;
} // namespace terrace
