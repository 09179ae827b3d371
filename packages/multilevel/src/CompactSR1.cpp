#include <terrace/multilevel/CompactSR1_Def.hpp>

namespace terrace {
template class CompactSR1<double>;
}
