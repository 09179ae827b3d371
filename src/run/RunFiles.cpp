#include "run/RunFiles.hpp"

#include "deck/Deck.hpp"
#include "io/TextFile.hpp"
#include "run/History.hpp"
#include "run/RunDirectory.hpp"
#include "run/Training.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/dataset/StableStorage.hpp>
#include <terrace/model/ModelFile.hpp>

namespace terrace::program {

void writeRun(const RunDirectory& directory, const Deck& deck, const Training& training,
              const Summary& summary, const Teuchos::Comm<int>& comm) {
  const auto parameters = training.parameters();
  auto model = training.modelDescription();
  if (summary.failure.empty()) model.statistics = training.statistics();
  dataset::runOnRoot(comm, [&] {
    writeTextFile(directory.file("deck.xml"), deck.xml(), directory.shown("deck.xml"));
    training.history().write(directory.file("history.h5"), directory.shown("history.h5"));
    if (summary.failure.empty())
      model::writeModel(directory.file("model.h5"), model, parameters, directory.shown("model.h5"));
    for (const char* name : {"deck.xml", "history.h5"}) dataset::storeFile(directory.file(name));
    // The last, and whole at once: where there is a summary the run is complete.
    dataset::PartialFile whole(directory.file("summary.json"), directory.shown("summary.json"));
    summary.write(whole.path(), directory.shown("summary.json"));
    whole.commit();
  });
}

} // namespace terrace::program
