#include "run/checkpoint/CheckpointReader.hpp"

#include "deck/Deck.hpp"
#include "run/History.hpp"
#include "run/checkpoint/DeckDifference.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/parameters/XmlParameters.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <stdexcept>

namespace terrace::program {

CheckpointReader::CheckpointReader(const std::string& file, const LevelSpaces& spaces)
    : path_(file), spaces_(spaces), comm_(*spaces.front()->comm()) {
  dataset::runOnRoot(comm_, [&] {
    file_ = dataset::Hdf5File::open(path_);
    if (!file_->hasAttribute("/", "checkpoint_format"))
      throw std::invalid_argument(path_ +
                                  ": is not a checkpoint (it has no attribute \"checkpoint_format\").");
    if (const auto format = file_->attribute<std::int64_t>("/", "checkpoint_format");
        format != checkpointFormat)
      throw std::invalid_argument(path_ + ": checkpoint_format is " + std::to_string(format) +
                                  "; this version reads " + std::to_string(checkpointFormat) + ".");
    seconds_ = file_->attribute<double>("/", "seconds");
    resumptions_ = static_cast<int>(file_->attribute<std::int64_t>("/", "resumptions"));
  });
  Teuchos::broadcast(comm_, 0, &seconds_);
  Teuchos::broadcast(comm_, 0, &resumptions_);
}

void CheckpointReader::requireFit(const Deck& deck, const std::string& dataChecksum) {
  dataset::runOnRoot(comm_, [&] {
    // With the defaults of parameters that this version added: a run of an older one had them too.
    const Deck kept =
        Deck::make(readXmlParameters(file_->attribute<std::string>("/", "deck")), "", deck.stem());
    const std::string difference = deckDifference(kept.parameters(), deck.parameters());
    if (!difference.empty())
      throw std::invalid_argument(path_ + ": " + difference +
                                  ". A run resumes with the same deck except for " +
                                  deckEntriesThatMayDiffer() + ".");
    if (file_->attribute<std::string>("/", "data_checksum") != dataChecksum)
      throw std::invalid_argument(path_ + ": the run's data set " +
                                  file_->attribute<std::string>("/", "data_file") + " had other bytes than " +
                                  deck.list("Data").get<std::string>("File") +
                                  " (data_checksum); a run resumes with the same data.");
  });
}

void CheckpointReader::readHistory(History& history) {
  dataset::runOnAllRanks(comm_, [&] { history.read(dataset::Hdf5File::open(path_), "history"); });
}

std::vector<double> CheckpointReader::readOnRoot(const std::string& name) const {
  std::vector<double> values;
  dataset::runOnRoot(comm_, [&] { values = file_->read<double>(solverGroup + name).values; });
  return values;
}

void CheckpointReader::visit(const std::string& name, std::vector<double>& values) {
  values = readOnRoot(name);
  long size = static_cast<long>(values.size());
  Teuchos::broadcast(comm_, 0, &size);
  values.resize(static_cast<std::size_t>(size));
  Teuchos::broadcast(comm_, 0, static_cast<int>(size), values.data());
}

void CheckpointReader::visit(const std::string& name, ROL::Vector<double>& vector) {
  const auto values = readOnRoot(name);
  const auto& space = spaceOf(vector, spaces_);
  dataset::runOnRoot(comm_, [&] {
    if (static_cast<long>(values.size()) != space.layout().size())
      throw std::invalid_argument(path_ + ": " + solverGroup + name + ": has " +
                                  std::to_string(values.size()) + " entries; expected " +
                                  std::to_string(space.layout().size()) + ".");
  });
  space.scatterFromRoot(values, dynamic_cast<resnet::ParameterVector&>(vector));
}

} // namespace terrace::program
