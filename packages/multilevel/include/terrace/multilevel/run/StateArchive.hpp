#pragma once

#include <ROL_Vector.hpp>

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
  template <class Number>
  void visitNumber(const std::string& name, Number& value) {
    static_assert(std::is_arithmetic<Number>::value, "numbers only");
    std::vector<double> values(1, static_cast<double>(value));
    visit(name, values);
    if (restores()) value = static_cast<Number>(values.at(0));
  }
};

} // namespace terrace
