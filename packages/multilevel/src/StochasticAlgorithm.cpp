#include <terrace/multilevel/StochasticAlgorithm_Def.hpp>

namespace terrace {
template class StochasticAlgorithm<double>;
}
