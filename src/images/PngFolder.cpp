#include "images/PngFolder.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <png.h>
#include <stdexcept>

namespace terrace::program {
namespace {

namespace fs = std::filesystem;
using dataset::LabelledImages;

/// A file that is being read, by libpng's simplified interface.
class Png {
public:
  explicit Png(const fs::path& file) : file_(file.string()) {
    image_.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&image_, file_.c_str()) == 0) reject(image_.message);
  }
  ~Png() { png_image_free(&image_); }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;

  int height() const { return static_cast<int>(image_.height); }
  int width() const { return static_cast<int>(image_.width); }
  bool isGrey() const { return (image_.format & PNG_FORMAT_FLAG_COLOR) == 0; }

  /// Row after row, at each pixel one byte or three.
  std::vector<std::uint8_t> read(int channels) {
    image_.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    std::vector<std::uint8_t> bytes(PNG_IMAGE_SIZE(image_));
    const png_color black{0, 0, 0};
    if (png_image_finish_read(&image_, &black, bytes.data(), 0, nullptr) == 0) reject(image_.message);
    return bytes;
  }

  [[noreturn]] void reject(const std::string& complaint) const {
    throw std::invalid_argument(file_ + ": " + complaint + ".");
  }

private:
  std::string file_;
  png_image image_{};
};

bool isPng(const fs::directory_entry& entry) {
  std::string extension = entry.path().extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension == ".png" && entry.is_regular_file();
}

template <class Choose>
std::vector<fs::path> sortedEntries(const fs::path& folder, const Choose& choose) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (choose(entry)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<fs::path> filesOf(const fs::path& folder) {
  return sortedEntries(folder, isPng);
}

// The folders with PNG files inside a folder.
std::vector<fs::path> classesOf(const fs::path& folder) {
  if (!fs::is_directory(folder)) return {};
  return sortedEntries(folder, [](const fs::directory_entry& entry) {
    return entry.is_directory() && !filesOf(entry.path()).empty();
  });
}

// A label for each class folder by its name.
struct Labelled {
  fs::path file;
  int label;
};

std::vector<Labelled> listFiles(const fs::path& folder, const std::vector<std::string>& classNames) {
  std::vector<Labelled> files;
  for (const fs::path& place : classesOf(folder)) {
    const auto name = std::find(classNames.begin(), classNames.end(), place.filename().string());
    if (name == classNames.end())
      throw std::invalid_argument(place.string() + ": is a class without training images.");
    for (const fs::path& file : filesOf(place))
      files.push_back({file, static_cast<int>(name - classNames.begin())});
  }
  return files;
}

bool allAreGrey(const std::vector<Labelled>& files) {
  return std::all_of(files.begin(), files.end(),
                     [](const Labelled& file) { return Png(file.file).isGrey(); });
}

// From pixel by pixel to channel by channel.
void appendPlanes(const std::vector<std::uint8_t>& bytes, int channels, std::vector<std::uint8_t>& planes) {
  const auto stride = static_cast<std::size_t>(channels);
  for (std::size_t c = 0; c < stride; ++c)
    for (std::size_t i = c; i < bytes.size(); i += stride) planes.push_back(bytes[i]);
}

LabelledImages readFiles(const std::vector<Labelled>& files, int channels) {
  LabelledImages images;
  if (files.empty()) return images;
  int height = 0, width = 0;
  for (const Labelled& file : files) {
    Png png(file.file);
    if (images.labels.empty()) {
      height = png.height();
      width = png.width();
    }
    if (png.height() != height || png.width() != width)
      png.reject("has " + std::to_string(png.height()) + " x " + std::to_string(png.width()) +
                 " pixels; expected " + std::to_string(height) + " x " + std::to_string(width) + " as in " +
                 files.front().file.string());
    appendPlanes(png.read(channels), channels, images.pixels);
    images.labels.push_back(file.label);
  }
  images.shape = {height, width};
  if (channels > 1) images.shape.insert(images.shape.begin(), channels);
  return images;
}

int channelsOf(const std::vector<Labelled>& train, const std::vector<Labelled>& test = {}) {
  return allAreGrey(train) && allAreGrey(test) ? 1 : 3;
}

bool isSplit(const fs::path& folder) {
  return !classesOf(folder / "train").empty();
}

} // namespace

bool isPngFolder(const std::string& folder) {
  return fs::is_directory(folder) && (isSplit(folder) || !classesOf(folder).empty());
}

PngImages readPngFolder(const std::string& folder, std::optional<int> wanted) {
  const fs::path path(folder), trainFolder = isSplit(path) ? path / "train" : path;
  PngImages images;
  for (const fs::path& place : classesOf(trainFolder)) images.classNames.push_back(place.filename().string());
  if (images.classNames.size() < 2)
    throw std::invalid_argument(trainFolder.string() + ": has " + std::to_string(images.classNames.size()) +
                                " folder with PNG files; expected 2 or more, one a class.");
  const auto train = listFiles(trainFolder, images.classNames);
  const auto test = isSplit(path) ? listFiles(path / "test", images.classNames) : std::vector<Labelled>();
  const int channels = wanted ? *wanted : channelsOf(train, test);
  images.train = readFiles(train, channels);
  images.test = readFiles(test, channels);
  return images;
}

bool hasPngFiles(const std::string& path) {
  return fs::is_directory(path) ? !filesOf(path).empty() : isPng(fs::directory_entry(path));
}

LabelledImages readPngFiles(const std::string& path, std::optional<int> channels) {
  std::vector<Labelled> files;
  if (!fs::is_directory(path)) files.push_back({path, 0});
  for (const fs::path& file : fs::is_directory(path) ? filesOf(path) : std::vector<fs::path>())
    files.push_back({file, 0});
  return readFiles(files, channels ? *channels : channelsOf(files));
}

} // namespace terrace::program
