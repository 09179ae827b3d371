#include "commands/data/MakeGenerated.hpp"

#include "commands/data/Info.hpp"
#include "io/OutputFile.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Generators.hpp>

#include <iostream>
#include <memory>

namespace terrace::program {
namespace {

// What `terrace data make` was asked for.
template <class Options>
struct Wanted {
  Options options;
  std::string file;
};

template <class Options>
using Make = dataset::Dataset (*)(const Options&);

// A command with the options that all generators have; `addOwn` adds the others.
template <class Options, class AddOwn>
void addGenerator(CLI::App& parent, Action& chosen, const std::string& name, const std::string& about,
                  Make<Options> make, AddOwn addOwn) {
  const auto wanted = std::make_shared<Wanted<Options>>();
  Options& options = wanted->options;
  CLI::App* command = parent.add_subcommand(name, about);
  command->add_option("FILE", wanted->file, "File to write; replaced if it exists")->required();
  command->add_option("--train", options.trainSamples, "Training samples")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--test", options.testSamples, "Test samples; 0: no test set")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--noise", options.noise, "Standard deviation of noise on the coordinates")
      ->capture_default_str();
  command->add_option("--seed", options.seed, "Seed of the random numbers")
      ->check(wholeNumber())
      ->capture_default_str();
  addOwn(*command, options);
  command->footer("Example:\n  terrace data make " + name + " " + name + ".h5 --train 1000 --seed 7");
  command->callback([wanted, make, &chosen] {
    chosen = [wanted, make](const Communicator& comm) {
      makeData(make(wanted->options), wanted->file, *comm);
    };
  });
}

} // namespace

void addSpiral(CLI::App& parent, Action& chosen) {
  addGenerator<dataset::SpiralOptions>(
      parent, chosen, "spiral", "Interleaved spiral arms, one a class, in the unit disc", dataset::makeSpiral,
      [](CLI::App& command, dataset::SpiralOptions& options) {
        command.add_option("--arms", options.arms, "Number of arms")->capture_default_str();
        command.add_option("--turns", options.turns, "Turns of an arm")->capture_default_str();
      });
}

void addSmiley(CLI::App& parent, Action& chosen) {
  addGenerator<dataset::SmileyOptions>(
      parent, chosen, "smiley", "A smiling face: outline, eyes, mouth, in the unit disc", dataset::makeSmiley,
      [](CLI::App& command, dataset::SmileyOptions& options) {
        command
            .add_option("--classes", options.classes,
                        "3 to 6 classes; 4: each eye is one; 5: also a nose; 6: also the skin")
            ->capture_default_str();
      });
}

void addPeaks(CLI::App& parent, Action& chosen) {
  addGenerator<dataset::PeaksOptions>(
      parent, chosen, "peaks", "Level sets of MATLAB's peaks function on [-3, 3]^2", dataset::makePeaks,
      [](CLI::App& command, dataset::PeaksOptions& options) {
        command.add_option("--classes", options.classes, "Number of level sets")->capture_default_str();
      });
}

void makeData(const dataset::Dataset& data, const std::string& file, const Teuchos::Comm<int>& comm) {
  dataset::runOnRoot(comm, [&] {
    requireWritable(file);
    dataset::write(file, data);
    showData(file, std::cout);
  });
}

} // namespace terrace::program
