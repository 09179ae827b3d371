#include <terrace/multilevel/sampling/SampleSchedule_Def.hpp>

namespace terrace {
template class SampleSchedule<double>;
} // namespace terrace
