#include <terrace/dataset/CollectiveErrors.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_CommHelpers.hpp>

#include <new>
#include <stdexcept>
#include <string>

namespace terrace::dataset {
namespace {

enum Kind { None = 0, BadInput = 1, Failure = 2 };

Kind describe(const std::exception_ptr& error, std::string& message) {
  if (!error) return None;
  try {
    std::rethrow_exception(error);
  } catch (const std::invalid_argument& bad) {
    message = bad.what();
    return BadInput;
  } catch (const std::bad_alloc&) {
    message = "out of memory.";
  } catch (const std::exception& failure) {
    message = failure.what();
  } catch (...) {
    message = "An exception of an unknown type was thrown.";
  }
  return Failure;
}

} // namespace

bool isRoot(const Teuchos::Comm<int>& comm) {
  return comm.getRank() == 0;
}

void throwTogether(const Teuchos::Comm<int>& comm, const std::exception_ptr& mine) {
  const int candidate = mine ? comm.getRank() : comm.getSize();
  int failedRank = comm.getSize();
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MIN, 1, &candidate, &failedRank);
  if (failedRank == comm.getSize()) return;

  std::string message;
  const Kind kind = describe(mine, message);
  int header[2] = {kind, static_cast<int>(message.size())};
  Teuchos::broadcast(comm, failedRank, 2, header);
  message.resize(static_cast<std::size_t>(header[1]));
  Teuchos::broadcast(comm, failedRank, header[1], message.data());
  if (header[0] == BadInput) throw std::invalid_argument(message);
  throw std::runtime_error(message);
}

} // namespace terrace::dataset
