#pragma once

#include <string>
#include <vector>

namespace terrace::pde {

/// Ends of an interval of values; equal ends fix the value.
struct Range {
  double lowest = 0;  ///< End of the interval.
  double highest = 0; ///< End of the interval, not less than lowest.
};

/// An input of a problem: random samples are uniform in [lowest, highest].
struct Input {
  std::string name;   ///< "log10 kappa_1": the decimal logarithm of a parameter that is spread over decades
  std::string unit;   ///< of the parameter, "1" if it has none
  double lowest = 0;  ///< in the units of the input: a logarithm where the parameter is spread over decades
  double highest = 0; ///< likewise
};

/// How random values spread over a range: uniformly, or uniformly in their logarithm.
enum class Scale { Linear, Logarithmic };

/// The parameters of a problem. Those whose range is a single value are fixed; the others are its inputs.
class ParameterTable {
public:
  /// \throws std::invalid_argument if the range is not finite, upside down or, logarithmic, not positive.
  void add(const std::string& name, const std::string& unit, Range range, Scale scale);

  /// One a parameter that is not fixed, in the order of add().
  const std::vector<Input>& inputs() const { return inputs_; }

  /// Values of all parameters in the order of add(), fixed ones included, from those of the inputs.
  /// \throws std::invalid_argument if an input is missing or not finite.
  std::vector<double> values(const std::vector<double>& inputs) const;

  /// Derivatives by the inputs, from those \p byParameters at the \p values of the parameters.
  std::vector<double> byInputs(const std::vector<double>& byParameters,
                               const std::vector<double>& values) const;

private:
  struct Parameter {
    int input; ///< -1: fixed
    Scale scale;
    double value; ///< of a fixed one
  };
  std::vector<Parameter> parameters_;
  std::vector<Input> inputs_;
};

} // namespace terrace::pde
