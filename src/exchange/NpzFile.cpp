#include "exchange/NpzFile.hpp"

#include "arrays/NpyArray.hpp"
#include "arrays/NumpyFiles.hpp"
#include "exchange/ModelTexts.hpp"

#include <terrace/parameters/XmlParameters.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <vector>
#include <zip.h>

namespace terrace::program {
namespace {

using resnet::DataScaling;

// The bytes of an array in NumPy's format, version 1.0.
std::string npy(const std::string& type, const std::string& shape, const std::string& numbers) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  header += std::string((64 - (header.size() + 11) % 64) % 64, ' ') + '\n';
  std::string text("\x93NUMPY\x01\0", 8);
  text += static_cast<char>(header.size() & 0xFFU);
  text += static_cast<char>(header.size() >> 8U);
  return text + header + numbers;
}

template <class T>
std::string bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string npy(const std::vector<int>& shape, const std::vector<double>& values, Precision precision) {
  std::string extents;
  for (const int extent : shape) extents += std::to_string(extent) + ", ";
  if (precision == Precision::Double) return npy("<f8", extents, bytes(values));
  std::vector<float> rounded(values.size());
  std::transform(values.begin(), values.end(), rounded.begin(),
                 [](double value) { return static_cast<float>(value); });
  return npy("<f4", extents, bytes(rounded));
}

// ASCII text alone, as nlohmann::json can write it.
std::string npy(const std::string& ascii) {
  return npy("<U" + std::to_string(ascii.size()), "",
             bytes(std::vector<std::uint32_t>(ascii.begin(), ascii.end())));
}

// An archive that is being written; its members live until it is closed.
class Archive {
public:
  Archive(const std::string& path, const std::string& shownAs) : shownAs_(shownAs) {
    int code = 0;
    archive_ = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (archive_ == nullptr) fail("an archive cannot be made");
  }
  ~Archive() {
    if (archive_ != nullptr) zip_discard(archive_);
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  void add(const std::string& name, std::string content) {
    members_.push_back(std::make_unique<std::string>(std::move(content)));
    const auto& kept = *members_.back();
    zip_source_t* source = zip_source_buffer(archive_, kept.data(), kept.size(), 0);
    const zip_int64_t index = zip_file_add(archive_, (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      fail(zip_strerror(archive_));
    }
    const auto place = static_cast<zip_uint64_t>(index);
    zip_set_file_compression(archive_, place, ZIP_CM_STORE, 0);
    zip_file_set_mtime(archive_, place, 315532800, 0); // 1980: the bytes do not depend on the time of writing
  }

  void close() {
    if (zip_close(archive_) != 0) fail(zip_strerror(archive_));
    archive_ = nullptr;
  }

private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw std::runtime_error(shownAs_ + ": cannot be written (" + reason + ").");
  }

  std::string shownAs_;
  zip_t* archive_ = nullptr;
  std::vector<std::unique_ptr<std::string>> members_;
};

void addScaling(Archive& archive, const std::string& side, const DataScaling& scaling, Precision precision) {
  const std::vector<int> columns{scaling.columns()};
  archive.add("scaling/" + side + "_shift", npy(columns, scaling.shift, precision));
  archive.add("scaling/" + side + "_scale", npy(columns, scaling.scale, precision));
  if (scaling.logarithm)
    archive.add(side + "_logarithm", npy("<i8", "", bytes(std::vector<std::int64_t>{1})));
}

void addDistance(Archive& archive, const resnet::DataDistance& distance, Precision precision) {
  if (!distance.isKnown()) return;
  const int columns = distance.columns();
  archive.add("distance/center", npy({columns}, distance.center, precision));
  archive.add("distance/factor",
              npy(distance.isDiagonal() ? std::vector<int>{columns} : std::vector<int>{columns, columns},
                  distance.factor, precision));
  archive.add("distance/usual", npy({}, std::vector<double>{distance.usual}, precision));
  archive.add("distance/largest", npy({}, std::vector<double>{distance.largest}, precision));
}

std::string descriptionOf(const model::ModelDescription& model) {
  nlohmann::ordered_json description;
  for (const auto& [name, text] : modelTexts(model)) {
    const bool isList = name == "input_shape" || name.find("_names") != std::string::npos;
    if (isList) {
      description[name] = nlohmann::json::parse(text);
    } else {
      description[name] = text;
    }
  }
  return description.dump(-1, ' ', true);
}

// Reads the arrays of an archive.
class NpzReader {
public:
  explicit NpzReader(const std::string& path) : path_(path) {
    const auto names = openNpz(path)->names();
    names_.insert(names.begin(), names.end());
  }

  PortableModel read() {
    const auto texts = readTexts();
    takeModelTexts(texts, model_.description, [this](const std::string& complaint) { reject(complaint); });
    readNetwork(texts);
    readLayers();
    model_.description.inputs = readScaling("input", model_.description.features);
    model_.description.targets = readScaling("output", model_.description.outputs);
    readDistance();
    return std::move(model_);
  }

private:
  [[noreturn]] void reject(const std::string& complaint) const {
    throw std::invalid_argument(path_ + ": " + complaint);
  }

  bool has(const std::string& name) const { return names_.count(name) > 0; }

  NpyTensor array(const std::string& name) const {
    if (!has(name)) reject("has no array \"" + name + "\".");
    auto tensor = readNpyTensor(*openNpzArray(path_, name), path_ + ": " + name);
    for (const double value : tensor.values)
      if (!std::isfinite(value)) reject("the array \"" + name + "\" has a number that is not finite.");
    return tensor;
  }

  std::map<std::string, std::string> readTexts() const {
    if (!has("description")) reject("has no array \"description\"; doc/exchange.md says what is in it.");
    const auto json = nlohmann::json::parse(
        readNpyText(*openNpzArray(path_, "description"), path_ + ": description"), nullptr, false);
    if (!json.is_object()) reject("its \"description\" is not a JSON object.");
    std::map<std::string, std::string> texts;
    for (const auto& [name, value] : json.items())
      texts[name] = value.is_string() ? value.get<std::string>() : value.dump();
    if (texts.count("network") == 0) reject("its \"description\" has no \"network\", a deck's list as XML.");
    return texts;
  }

  // Inputs and outputs are those of the first and the last layer.
  void readNetwork(const std::map<std::string, std::string>& texts) {
    auto& description = model_.description;
    try {
      description.network = readXmlParameters(texts.at("network"));
    } catch (const std::invalid_argument& error) {
      reject(std::string("\"network\" in its description: ") + error.what());
    }
    const auto output = array("layers/output/W");
    if (output.shape.size() != 2) reject("the array \"layers/output/W\" is not a matrix.");
    description.outputs = static_cast<int>(output.shape[0]);
    if (description.inputShape.empty()) description.inputShape = {static_cast<int>(inputsOfFirstLayer())};
    description.features = 1;
    for (const int extent : description.inputShape) description.features *= extent;
    if (description.features < 1) reject("its \"input_shape\" has an extent that is not positive.");
    try {
      description.makeNetwork();
    } catch (const std::invalid_argument& error) {
      reject(std::string("\"network\" in its description: ") + error.what());
    }
    const auto outputs = static_cast<std::size_t>(description.outputs),
               features = static_cast<std::size_t>(description.features);
    if (!description.outputNames.empty() && description.outputNames.size() != outputs)
      reject("has " + std::to_string(description.outputNames.size()) + " names for " +
             std::to_string(outputs) + " outputs.");
    if (!description.inputNames.empty() && description.inputNames.size() != features)
      reject("has " + std::to_string(description.inputNames.size()) + " names for " +
             std::to_string(features) + " inputs.");
  }

  std::size_t inputsOfFirstLayer() const {
    if (has("scaling/input_shift")) return array("scaling/input_shift").values.size();
    if (!has("layers/lift/W"))
      reject("has no \"input_shape\" in its description, which says how many inputs there are.");
    const auto lift = array("layers/lift/W");
    if (lift.shape.size() != 2) reject("has images and no \"input_shape\" in its description.");
    return lift.shape[1];
  }

  void readLayers() {
    const resnet::ParameterLayout layout(model_.description.makeNetwork());
    model_.parameters.resize(static_cast<std::size_t>(layout.size()));
    std::set<std::string> known;
    for (const auto& place : layout.arrays()) {
      const std::string name = "layers/" + place.group + "/" + place.name;
      known.insert(name);
      const auto tensor = array(name);
      const std::vector<std::size_t> expected(place.shape.begin(), place.shape.end());
      if (tensor.shape != expected)
        reject("the array \"" + name + "\" is " + text(tensor.shape) + "; expected " + text(expected) + ".");
      std::copy(tensor.values.begin(), tensor.values.end(), model_.parameters.begin() + place.offset);
    }
    for (const auto& name : names_)
      if (name.rfind("layers/", 0) == 0 && known.count(name) == 0)
        reject("the array \"" + name + "\" belongs to no layer of the network in its description.");
  }

  static std::string text(const std::vector<std::size_t>& shape) {
    std::string shown;
    for (const auto extent : shape) shown += (shown.empty() ? "" : " x ") + std::to_string(extent);
    return shown.empty() ? "a single number" : shown;
  }

  DataScaling readScaling(const std::string& side, int columns) const {
    DataScaling scaling = DataScaling::identity(columns);
    const auto take = [&](const std::string& what, std::vector<double>& into, bool isScale) {
      const std::string name = "scaling/" + side + "_" + what;
      if (!has(name)) return;
      const auto values = array(name).values;
      if (values.size() != into.size())
        reject("the array \"" + name + "\" has " + std::to_string(values.size()) + " numbers; expected " +
               std::to_string(into.size()) + ".");
      if (isScale && std::count(values.begin(), values.end(), 0.0) > 0)
        reject("the array \"" + name + "\" has a number that is 0.");
      into = values;
    };
    take("shift", scaling.shift, false);
    take("scale", scaling.scale, true);
    scaling.logarithm = has(side + "_logarithm") && array(side + "_logarithm").values.front() != 0;
    return scaling;
  }

  void readDistance() {
    auto& distance = model_.description.distance;
    if (!has("distance/center")) return;
    distance = {array("distance/center").values, array("distance/factor").values,
                array("distance/usual").values.front(), array("distance/largest").values.front()};
    const std::size_t columns = distance.center.size(), entries = distance.factor.size();
    if (distance.columns() != model_.description.features ||
        (entries != columns && entries != columns * columns))
      reject("the arrays \"distance/...\" are of " + std::to_string(columns) + " features; expected " +
             std::to_string(model_.description.features) + ".");
  }

  std::string path_;
  std::set<std::string> names_;
  PortableModel model_;
};

} // namespace

void writeNpz(const std::string& path, const PortableModel& model, Precision precision,
              const std::string& shownAs) {
  Archive archive(path, shownAs);
  archive.add("description", npy(descriptionOf(model.description)));
  addScaling(archive, "input", model.description.inputs, precision);
  addScaling(archive, "output", model.description.targets, precision);
  addDistance(archive, model.description.distance, precision);
  const resnet::ParameterLayout layout(model.description.makeNetwork());
  for (const auto& place : layout.arrays()) {
    const auto first = model.parameters.begin() + place.offset;
    archive.add("layers/" + place.group + "/" + place.name,
                npy(place.shape, std::vector<double>(first, first + place.size), precision));
  }
  archive.close();
}

PortableModel readNpz(const std::string& path) {
  return NpzReader(path).read();
}

} // namespace terrace::program
