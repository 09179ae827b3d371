#pragma once

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

class Deck;
class RunDirectory;
class Training;
struct Summary;

/// Writes the files of a run: deck.xml, history.h5, summary.json and, unless the run failed, model.h5;
/// collective.
void writeRun(const RunDirectory& directory, const Deck& deck, const Training& training,
              const Summary& summary, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
