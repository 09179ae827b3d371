#pragma once

#include "kernels/common/Alignment.hpp"
#include "kernels/common/LossKernels.hpp"
#include "sweep/Sweep.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <string>

namespace terrace::resnet::detail {

// groups(row, g) = sum of sums(row, s) over the samples s of group g;  sums = 0
template <class Sums>
struct SumGroups {
  Sums sums;
  Sums groups;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t item) const {
    const std::size_t row = item / groups.extent(1), group = item % groups.extent(1);
    const std::size_t first = group * samplesOfGroup, last = first + samplesOfGroup;
    double sum = 0;
    for (std::size_t s = first; s < last && s < sums.extent(1); ++s) {
      sum += sums(row, s);
      sums(row, s) = 0;
    }
    groups(row, group) = sum;
  }
};

/// Moves the sums of each sample position of a chunk, group by group, into the totals of a sweep.
template <class Space, class Sums>
class GroupSums {
public:
  explicit GroupSums(const Sums& sums)
      : sums_(sums), groups_("terrace::resnet::groupSums", sums.extent(0),
                             static_cast<std::size_t>(
                                 roundUp(static_cast<int>(sums.extent(1)), samplesOfGroup) / samplesOfGroup)),
        hostGroups_(Kokkos::create_mirror_view(groups_)) {}

  void moveInto(const Space& space, SweepSums& totals) const {
    static const std::string label = "terrace::resnet::sumGroups";
    using Range = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::size_t>>;
    Kokkos::parallel_for(label, Range(space, 0, groups_.extent(0) * groups_.extent(1)),
                         SumGroups<Sums>{sums_, groups_});
    Kokkos::deep_copy(space, hostGroups_, groups_);
    space.fence();
    for (std::size_t group = 0; group < groups_.extent(1); ++group) {
      totals.loss.add(hostGroups_(lossRow, group));
      totals.score.add(hostGroups_(scoreRow, group));
      totals.squaredTargets.add(hostGroups_(targetRow, group));
      if (groups_.extent(0) < derivativeSumRows) continue;
      totals.derivativeScore.add(hostGroups_(derivativeRow, group));
      totals.squaredDerivatives.add(hostGroups_(derivativeTargetRow, group));
    }
  }

  void clear(const Space& space) const {
    // In one dimension: on CUDA devices Kokkos 3.4 fills no matrix of 2^20 columns or more.
    const Kokkos::View<double*, typename Sums::memory_space, Kokkos::MemoryUnmanaged> all(sums_.data(),
                                                                                          sums_.span());
    Kokkos::deep_copy(space, all, 0.0);
    space.fence();
  }

private:
  Sums sums_;
  Sums groups_;
  typename Sums::HostMirror hostGroups_;
};

} // namespace terrace::resnet::detail
