#pragma once

#include <Teuchos_ParameterList.hpp>

#include <functional>
#include <string>
#include <vector>

namespace terrace {

/// Which of ROL's interfaces runs a deck: a Type-U algorithm (makeAlgorithm()) or a `ROL::Step` (makeStep()).
enum class RolInterface { Algorithm, Step };

/// Checks the lists General, Step, Sampling and Status Test of a deck, those of ROL as ROL's users need it.
///
/// Decks of ROL's users have names that the installed ROL does not know: of an older or newer version, or of
/// none. In ROL's lists such a name gives a warning and is removed, and ROL runs as it would with the name.
/// It is an error where it is one or two letters away from a name that would change this run. The same holds
/// for values of lists that this run does not read. In our lists (Sampling, and in Step those of our methods)
/// every unknown name is an error.
///
/// A value that the method of the deck does not implement is an error that says what is possible, and so is a
/// method for constrained problems. A deck without Step/Type gets our method; where it names a secant of ROL,
/// a warning says so and the secant is removed.
///
/// \param[in,out] lists     all lists of the deck; others than these four are left alone. ints become doubles
///                          where those are wanted, names of types get ROL's spelling.
/// \param[in,out] warnings  receives a sentence for each name or value without effect.
/// \param[in]     path      where the lists stand, for messages ("Solvers > Adam").
/// \throws ParameterError with all errors of names, or the first other one.
void checkSolverLists(Teuchos::ParameterList& lists, std::vector<std::string>& warnings,
                      RolInterface interface = RolInterface::Algorithm, const std::string& path = "");

/// Removes from ROL's lists every name that ROL does not know and every value that it would not take, but for
/// slips in our parameters. For parts of decks, which checkSolverLists() cannot judge before they are put
/// together.
void dropUnknownOfRol(Teuchos::ParameterList& lists);

/// The sentences as one text for the reader of standard error: a heading with the number of sentences, then
/// one a line. "" if there are none.
std::string warningText(const std::vector<std::string>& warnings, const std::string& deck);

/// Gives each sentence to \p receiver. If that is empty, rank 0 prints warningText() on standard error.
/// \param deck  what was checked, for the heading.
void passWarnings(const std::vector<std::string>& warnings, const std::string& deck,
                  const std::function<void(const std::string&)>& receiver);

} // namespace terrace
