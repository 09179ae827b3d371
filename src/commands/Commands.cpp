#include "commands/Commands.hpp"

#include "commands/Benchmark.hpp"
#include "commands/Compare.hpp"
#include "commands/Completion.hpp"
#include "commands/Evaluate.hpp"
#include "commands/Export.hpp"
#include "commands/History.hpp"
#include "commands/Import.hpp"
#include "commands/Man.hpp"
#include "commands/Parameters.hpp"
#include "commands/Report.hpp"
#include "commands/Train.hpp"
#include "commands/data/Data.hpp"
#include "commands/predict/Predict.hpp"

namespace terrace::program {

const std::vector<AddCommand>& commands() {
  static const std::vector<AddCommand> all{
      addTrain,      // terrace train
      addCompare,    // terrace compare
      addEvaluate,   // terrace evaluate
      addPredict,    // terrace predict
      addExport,     // terrace export
      addImport,     // terrace import
      addHistory,    // terrace history
      addReport,     // terrace report
      addData,       // terrace data
      addParameters, // terrace parameters
      addBenchmark,  // terrace benchmark
      addMan,        // terrace man
      addCompletion, // terrace completion
  };
  return all;
}

} // namespace terrace::program
