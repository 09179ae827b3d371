#include <terrace/multilevel/stochastic/StochasticAlgorithm_Def.hpp>

namespace terrace {
template class StochasticAlgorithm<double>;
}
