#include <terrace/multilevel/secant/SpectralModel_Def.hpp>

namespace terrace {
template class SpectralModel<double>;
}
