#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// An input deck, validated, with the defaults of our parameters filled in. ROL's defaults are in ROL's code.
class Deck {
public:
  /// Reads a deck from an XML file, or a YAML file (.yaml, .yml), on all ranks alike; collective.
  ///
  /// \param file         the deck.
  /// \param assignments  changes to the deck, as in "Step/Multilevel Trust Region/Cycle=F". A Data/File or
  ///                     Network/Initial Guess/File here is relative to the current directory; in the deck it
  ///                     is relative to the deck.
  /// \throws std::invalid_argument with one line that begins with the file or the assignment.
  static Deck read(const std::string& file, const std::vector<std::string>& assignments,
                   const Teuchos::Comm<int>& comm);

  /// Makes a deck of the lists \p given. Relative files are relative to the directory \p base.
  /// \throws std::invalid_argument with one line that names the place in the lists.
  static Deck make(Teuchos::ParameterList given, const std::string& base, const std::string& stem);

  /// All lists; files are absolute.
  const Teuchos::ParameterList& parameters() const { return parameters_; }
  const Teuchos::ParameterList& list(const std::string& name) const { return parameters_.sublist(name); }

  /// File name without directory and extension.
  const std::string& stem() const { return stem_; }

  /// A sentence for each name or value in ROL's lists that has no effect (checkSolverLists()).
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// The deck as XML, every parameter with its meaning.
  std::string xml() const;

private:
  Deck(const Teuchos::ParameterList& parameters, std::string stem, std::vector<std::string> warnings);

  Teuchos::ParameterList parameters_;
  std::string stem_;
  std::vector<std::string> warnings_;
};

/// Makes Data/File and Network/Initial Guess/File in \p lists, which are relative to the directory \p base,
/// absolute.
void makeFilesAbsolute(Teuchos::ParameterList& lists, const std::string& base);

} // namespace terrace::program
