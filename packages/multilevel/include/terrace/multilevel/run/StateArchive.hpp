#pragma once

#include <ROL_Vector.hpp>

#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace terrace {

/// Where the state of a solver is stored, or restored from.
///
/// The parts of the state are visited one after the other under names such as "level_0/radius". Each part is
/// either stored or overwritten by what was stored. A class with a state has one function for both
/// (`visitState()`), so storing and restoring cannot disagree.
template <class Real>
class StateArchive {
public:
  virtual ~StateArchive() = default;

  /// Whether the parts are overwritten, not stored.
  virtual bool restores() const = 0;

  /// Numbers that are the same on all ranks. \throws std::invalid_argument if there are none to restore.
  virtual void visit(const std::string& name, std::vector<double>& values) = 0;

  /// Collective. \param vector  of any level's space, primal or dual.
  /// \throws std::invalid_argument if there is none to restore, or one of another space.
  virtual void visit(const std::string& name, ROL::Vector<Real>& vector) = 0;

  /// One number of any type. An integer must be one that a double holds exactly.
  /// \throws std::invalid_argument if what is to be restored is no such number.
  template <class Number>
  void visitNumber(const std::string& name, Number& value) {
    static_assert(std::is_arithmetic<Number>::value, "numbers only");
    std::vector<double> values(1, static_cast<double>(value));
    visit(name, values);
    if (!restores()) return;
    // Bounds of an integer as powers of two, which a double holds.
    constexpr double half = static_cast<double>(std::numeric_limits<Number>::max() / 2 + 1);
    constexpr double least = std::is_signed<Number>::value ? -2 * half : 0;
    const bool isInRange = !std::is_integral<Number>::value ||
                           (values.size() == 1 && values[0] < 2 * half && values[0] >= least);
    if (values.size() != 1 || !isInRange)
      throw std::invalid_argument(name + " is not one number" +
                                  (std::is_integral<Number>::value ? " that an integer can be." : "."));
    value = static_cast<Number>(values[0]);
  }
};

} // namespace terrace
