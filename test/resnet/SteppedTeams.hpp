#pragma once

// An execution space for tests whose teams have 64 threads, as on a device, of which one runs at a time: each
// up to the next barrier, in ascending or descending order. What one thread reads of another without a
// barrier in between is then wrong in one of the two orders, always; a barrier that not all threads reach is
// an error.

#include "kernels/device/fused/FusedTeam.hpp"

#include <Kokkos_Core.hpp>

#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

namespace terrace::resnet {

/// Everything but team kernels runs on Kokkos::Serial.
struct SteppedTeams {
  using execution_space = Kokkos::Serial;
  using memory_space = Kokkos::HostSpace;
  static inline bool descending = false;
};

/// Whose turn it is among the threads of a team.
class Turns {
public:
  Turns(int threads, bool descending)
      : mayRun_(static_cast<std::size_t>(threads)), finished_(static_cast<std::size_t>(threads), false),
        step_(descending ? threads - 1 : 1), threads_(threads), turn_(descending ? threads - 1 : 0) {}

  void wait(int thread) {
    std::unique_lock<std::mutex> lock(mutex_);
    mayRun_[static_cast<std::size_t>(thread)].wait(lock, [&] { return turn_ == thread; });
  }
  void pass(bool finished) {
    const std::lock_guard<std::mutex> lock(mutex_);
    finished_[static_cast<std::size_t>(turn_)] = finished;
    turn_ = (turn_ + step_) % threads_;
    if (!finished && finished_[static_cast<std::size_t>(turn_)]) {
      std::cerr << "A thread waits at a barrier that another did not reach.\n";
      std::abort();
    }
    mayRun_[static_cast<std::size_t>(turn_)].notify_one();
  }

private:
  std::mutex mutex_;
  std::vector<std::condition_variable> mayRun_;
  std::vector<bool> finished_;
  int step_;
  int threads_;
  int turn_;
};

/// What a kernel sees of its team.
class SteppedMember {
public:
  SteppedMember(Turns& turns, int league, int thread, int threads, void* scratch, int scratchBytes)
      : turns_(turns), league_(league), thread_(thread), threads_(threads), scratch_(scratch, scratchBytes) {}

  int league_rank() const { return league_; }
  int team_rank() const { return thread_; }
  int team_size() const { return threads_; }
  void team_barrier() const {
    turns_.pass(false);
    turns_.wait(thread_);
  }
  const Kokkos::ScratchMemorySpace<Kokkos::Serial>& team_scratch(int) const { return scratch_; }

private:
  Turns& turns_;
  int league_;
  int thread_;
  int threads_;
  Kokkos::ScratchMemorySpace<Kokkos::Serial> scratch_;
};

template <>
inline constexpr int detail::samplesOfThread<SteppedTeams> = 1;

} // namespace terrace::resnet

namespace Kokkos {

template <class... Properties>
class TeamPolicy<terrace::resnet::SteppedTeams, Properties...> {
public:
  using member_type = terrace::resnet::SteppedMember;

  TeamPolicy(const Kokkos::Serial&, int teamCount, int threadCount)
      : teams(teamCount), threads(threadCount) {}
  void set_scratch_size(int, const Impl::PerTeamValue& size) { scratchBytes = static_cast<int>(size.value); }

  int teams;
  int threads;
  int scratchBytes = 0;
};

template <class... Properties, class Functor>
void parallel_for(const std::string&, const TeamPolicy<terrace::resnet::SteppedTeams, Properties...>& policy,
                  const Functor& functor) {
  using terrace::resnet::SteppedTeams;
  for (int team = 0; team < policy.teams; ++team) {
    std::vector<double> scratch(static_cast<std::size_t>(policy.scratchBytes) / sizeof(double) + 1);
    terrace::resnet::Turns turns(policy.threads, SteppedTeams::descending);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < policy.threads; ++thread)
      threads.emplace_back([&, thread] {
        turns.wait(thread);
        functor(terrace::resnet::SteppedMember(turns, team, thread, policy.threads, scratch.data(),
                                               policy.scratchBytes));
        turns.pass(true);
      });
    for (auto& thread : threads) thread.join();
  }
}

} // namespace Kokkos
