#include <terrace/multilevel/run/DecisionComparison.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <array>
#include <cstring>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace terrace {
namespace {

long long bitsOf(double number) {
  long long bits = 0;
  static_assert(sizeof(bits) == sizeof(number), "a double's bits");
  std::memcpy(&bits, &number, sizeof(bits));
  return bits;
}

double numberOf(long long bits) {
  double number = 0;
  std::memcpy(&number, &bits, sizeof(number));
  return number;
}

} // namespace

DecisionComparison::DecisionComparison(const Teuchos::Comm<int>& comm) : comm_(comm.duplicate()) {}

// The largest and, as the complement of the largest complement, the smallest, of name and outcome.
void DecisionComparison::operator()(const char* what, double number) const {
  if (comm_->getSize() == 1) return;
  const auto name = static_cast<long long>(std::hash<std::string>()(what));
  const long long bits = bitsOf(number);
  const std::array<long long, 4> mine{name, ~name, bits, ~bits};
  std::array<long long, 4> most{};
  Teuchos::reduceAll(*comm_, Teuchos::REDUCE_MAX, static_cast<int>(mine.size()), mine.data(), most.data());
  if (most[0] == ~most[1] && most[2] == ~most[3]) return;
  std::ostringstream text;
  text.precision(17);
  text << "The ranks decide differently: rank " << comm_->getRank() << " has \"" << what << "\" = " << number;
  if (most[0] != ~most[1]) {
    text << ", another rank decides something else.";
  } else {
    text << ", there are " << numberOf(~most[3]) << " and " << numberOf(most[2]) << ".";
  }
  throw std::logic_error(text.str());
}

} // namespace terrace
