#pragma once

#include <exception>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::dataset {

/// Makes a failure of one rank the failure of all, so that none is left waiting for the others.
///
/// Collective. If \p mine is set on any rank, every rank throws the message of the lowest such rank, as
/// std::invalid_argument if it was one there (bad input), else as std::runtime_error.
void throwTogether(const Teuchos::Comm<int>& comm, const std::exception_ptr& mine);

/// Runs \p work on every rank and throws together if it throws on any. \p work must not communicate after a
/// point where it may throw on some ranks only.
template <class Work>
void runOnAllRanks(const Teuchos::Comm<int>& comm, Work&& work) {
  std::exception_ptr mine;
  try {
    work();
  } catch (...) {
    mine = std::current_exception();
  }
  throwTogether(comm, mine);
}

/// True on the rank that works for all.
bool isRoot(const Teuchos::Comm<int>& comm);

/// Runs \p work on rank 0 alone and throws together if it throws.
template <class Work>
void runOnRoot(const Teuchos::Comm<int>& comm, Work&& work) {
  runOnAllRanks(comm, [&] {
    if (isRoot(comm)) work();
  });
}

} // namespace terrace::dataset
