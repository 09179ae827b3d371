#include <terrace/multilevel/secant/DiagonalTrustRegion_Def.hpp>

namespace terrace {
template struct DiagonalTrustRegion<double>;
}
