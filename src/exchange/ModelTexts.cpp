#include "exchange/ModelTexts.hpp"

#include <terrace/parameters/XmlParameters.hpp>

#include <nlohmann/json.hpp>

#include <vector>

namespace terrace::program {
namespace {

using Texts = std::map<std::string, std::string>;
using Reject = std::function<void(const std::string&)>;

template <class T>
void takeList(const Texts& texts, const std::string& name, std::vector<T>& list, const Reject& reject) {
  const auto found = texts.find(name);
  if (found == texts.end()) return;
  try {
    list = nlohmann::json::parse(found->second).get<std::vector<T>>();
  } catch (const nlohmann::json::exception&) {
    reject("its text \"" + name + "\" is not a list: " + found->second.substr(0, 60) + ".");
  }
}

void takeText(const Texts& texts, const std::string& name, std::string& text) {
  const auto found = texts.find(name);
  text = found == texts.end() ? "unknown" : found->second;
}

std::int64_t takeNumber(const Texts& texts, const std::string& name, const Reject& reject) {
  const auto found = texts.find(name);
  if (found == texts.end()) return 0;
  const auto number = nlohmann::json::parse(found->second, nullptr, false);
  if (!number.is_number_integer())
    reject("its text \"" + name + "\" is not a whole number: " + found->second.substr(0, 60) + ".");
  return number.get<std::int64_t>();
}

dataset::Task takeTask(const Texts& texts, const Reject& reject) {
  const auto found = texts.find("task");
  if (found == texts.end())
    return texts.count("class_names") > 0 ? dataset::Task::Classification : dataset::Task::Regression;
  if (found->second != "classification" && found->second != "regression")
    reject("its text \"task\" is \"" + found->second.substr(0, 60) +
           "\"; expected classification or regression.");
  return found->second == "classification" ? dataset::Task::Classification : dataset::Task::Regression;
}

} // namespace

Texts modelTexts(const model::ModelDescription& model) {
  const bool classification = model.task == dataset::Task::Classification;
  Texts texts{{"task", classification ? "classification" : "regression"},
              {"input_shape", nlohmann::json(model.inputShape).dump()},
              {"network", writeXmlParameters(model.network, Documentation::Omit)},
              {"deck", model.deck},
              {"data_file", model.dataFile},
              {"data_checksum", model.dataChecksum},
              {"seed", std::to_string(model.seed)},
              {"training_samples", std::to_string(model.trainingSamples)}};
  if (!model.inputNames.empty()) texts["input_names"] = nlohmann::json(model.inputNames).dump();
  if (!model.outputNames.empty())
    texts[classification ? "class_names" : "target_names"] = nlohmann::json(model.outputNames).dump();
  return texts;
}

void takeModelTexts(const Texts& texts, model::ModelDescription& model, const Reject& reject) {
  model.task = takeTask(texts, reject);
  takeList(texts, "input_shape", model.inputShape, reject);
  takeList(texts, "input_names", model.inputNames, reject);
  takeList(texts, model.task == dataset::Task::Classification ? "class_names" : "target_names",
           model.outputNames, reject);
  takeText(texts, "deck", model.deck);
  takeText(texts, "data_file", model.dataFile);
  takeText(texts, "data_checksum", model.dataChecksum);
  model.seed = takeNumber(texts, "seed", reject);
  model.trainingSamples = takeNumber(texts, "training_samples", reject);
}

} // namespace terrace::program
