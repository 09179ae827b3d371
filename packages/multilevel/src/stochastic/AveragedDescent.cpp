#include <terrace/multilevel/stochastic/AveragedDescent_Def.hpp>

namespace terrace {
template class AveragedDescent<double>;
} // namespace terrace
