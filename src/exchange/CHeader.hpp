#pragma once

#include "exchange/OnnxFile.hpp"
#include "exchange/PortableModel.hpp"

#include <string>

namespace terrace::program {

/// The text of a C header (C99 or C++11, the standard mathematical functions alone) with one function,
/// `void NAME(const double x[], double y[])`: one sample in the units of the data in, what `terrace predict`
/// gives out. With Precision::Single numbers and states are floats.
/// \param name  of the function, a name of C.
std::string cHeader(const PortableModel& model, const std::string& name, Precision precision);

/// A name of C made of a file's: what is no letter, digit or underscore becomes one.
std::string cName(const std::string& file);

} // namespace terrace::program
