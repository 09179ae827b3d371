#include <terrace/multilevel/secant/PairMemory_Def.hpp>

namespace terrace {
template class PairMemory<double>;
}
