#pragma once

#include "deck/Deck.hpp"

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// The parameters of a study: the lists of a deck, and Seeds, Targets, Problems, Solvers.
Teuchos::RCP<const Teuchos::ParameterList> validStudyParameters();

/// Several solvers on one problem or more, from the same initial guesses; `terrace compare` runs it.
///
/// A deck is made for each run: from the lists that all runs share, then the changes of a list in Problems,
/// then the changes of a list in Solvers, then the seed of the initial guess and of the choice of samples. A
/// list in Problems may have its own Targets.
class Study {
public:
  /// A problem or solver, with the name of its directory.
  struct Item {
    std::string name;
    std::string folder;
    Teuchos::ParameterList changes;
    std::vector<double> targets; ///< of a problem: values of the full regularised loss, largest first
  };

  /// Reads a study from an XML or YAML file and makes every deck of it; collective.
  /// \param assignments  changes to the lists that all runs share, as for a deck, or to one in Problems or
  ///                     Solvers: "Solvers/Adam/Step/Adam/Beta1=0.8".
  /// \throws std::invalid_argument with one line that begins with the file and names the place.
  static Study read(const std::string& file, const std::vector<std::string>& assignments,
                    const Teuchos::Comm<int>& comm);

  const std::string& name() const { return name_; }
  /// File name without directory and extension.
  const std::string& stem() const { return stem_; }
  const std::vector<Item>& problems() const { return problems_; }
  /// The problem of this name. \throws std::out_of_range
  const Item& problem(const std::string& name) const;
  const std::vector<Item>& solvers() const { return solvers_; }
  const std::vector<int>& seeds() const { return seeds_; }

  /// What has no effect in the lists of the study, as in Deck::warnings(); found by read().
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Where the lists of a run are, for messages: "Problems > peaks, Solvers > Adam".
  std::string place(const Item& problem, const Item& solver) const;

  /// The deck of one run.
  Deck deck(const Item& problem, const Item& solver, int seed) const;

  /// The study as XML with defaults filled in. The solvers' defaults are missing: the decks of the runs have
  /// those that apply.
  std::string xml() const;

private:
  void checkDecks();
  Study(Teuchos::ParameterList given, const std::string& base, std::string stem);

  std::string name_;
  std::string stem_;
  Teuchos::ParameterList given_;  ///< as in the file, Data/File absolute
  Teuchos::ParameterList shared_; ///< its lists of a deck
  std::vector<Item> problems_;
  std::vector<Item> solvers_;
  std::vector<int> seeds_;
  std::vector<std::string> warnings_;
};

} // namespace terrace::program
