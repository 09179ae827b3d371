#include <terrace/multilevel/secant/CompactSR1_Def.hpp>

namespace terrace {
template class CompactSR1<double>;
}
