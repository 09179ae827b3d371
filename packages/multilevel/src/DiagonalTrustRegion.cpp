#include <terrace/multilevel/DiagonalTrustRegion_Def.hpp>

namespace terrace {
template struct DiagonalTrustRegion<double>;
}
