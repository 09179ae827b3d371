#include <terrace/dataset/CifarImages.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace terrace::dataset {
namespace {

namespace fs = std::filesystem;

constexpr int side = 32, colours = 3;
constexpr std::size_t pixelsOfImage = std::size_t{colours} * side * side;

// What differs between the two.
struct Layout {
  const char* names;
  std::vector<std::string> train;
  const char* test;
  std::size_t labelBytes; // the last of them is the class
};

const Layout& cifar10() {
  static const Layout layout{
      "batches.meta.txt",
      {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
      "test_batch.bin",
      1};
  return layout;
}

const Layout& cifar100() {
  static const Layout layout{"fine_label_names.txt", {"train.bin"}, "test.bin", 2};
  return layout;
}

const Layout* layoutOf(const fs::path& folder) {
  for (const Layout* layout : {&cifar10(), &cifar100()})
    if (fs::is_regular_file(folder / layout->names)) return layout;
  return nullptr;
}

std::vector<std::string> readNames(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> names;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (names.size() < 2)
    throw std::invalid_argument(file.string() + ": has " + std::to_string(names.size()) +
                                " names of classes; expected 2 or more, one a line.");
  return names;
}

void append(LabelledImages& images, const fs::path& file, const Layout& layout, std::size_t classes) {
  const std::size_t record = layout.labelBytes + pixelsOfImage;
  const auto size = static_cast<std::size_t>(fs::file_size(file));
  if (size == 0 || size % record != 0)
    throw std::invalid_argument(file.string() + ": has " + std::to_string(size) +
                                " bytes; expected a multiple of " + std::to_string(record) + ", a record.");
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> bytes(record);
  for (std::size_t k = 0; k < size / record; ++k) {
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(record)))
      throw std::invalid_argument(file.string() + ": cannot be read.");
    const int label = static_cast<unsigned char>(bytes[layout.labelBytes - 1]);
    if (static_cast<std::size_t>(label) >= classes)
      throw std::invalid_argument(file.string() + ": record " + std::to_string(k) + " has the label " +
                                  std::to_string(label) + "; expected 0.." + std::to_string(classes - 1) +
                                  ".");
    images.labels.push_back(label);
    images.pixels.insert(images.pixels.end(), bytes.begin() + static_cast<std::ptrdiff_t>(layout.labelBytes),
                         bytes.end());
  }
}

} // namespace

bool isCifarFolder(const std::string& folder) {
  return layoutOf(folder) != nullptr;
}

CifarImages readCifarImages(const std::string& folder) {
  const Layout* layout = layoutOf(folder);
  if (layout == nullptr)
    throw std::invalid_argument(folder + ": has neither " + cifar10().names + " nor " + cifar100().names +
                                "; expected the binary version of CIFAR-10 or CIFAR-100, unpacked.");
  const fs::path path(folder);
  CifarImages all;
  all.classNames = readNames(path / layout->names);
  all.train.shape = all.test.shape = {colours, side, side};
  for (const auto& file : layout->train)
    if (fs::is_regular_file(path / file)) append(all.train, path / file, *layout, all.classNames.size());
  if (all.train.samples() == 0)
    throw std::invalid_argument(folder + ": has no " + layout->train.front() + ".");
  if (fs::is_regular_file(path / layout->test))
    append(all.test, path / layout->test, *layout, all.classNames.size());
  return all;
}

} // namespace terrace::dataset
