#pragma once

#include <terrace/dataset/LabelledImages.hpp>

#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// Images from folders of PNG files, a folder for each class.
struct PngImages {
  dataset::LabelledImages train;
  dataset::LabelledImages test; ///< None if there is no folder `test`.
  std::vector<std::string> classNames;
};

/// Whether a folder has folders with PNG files in it, or folders `train` and `test` that do.
bool isPngFolder(const std::string& folder);

/// Reads `folder/CLASS/*.png`, or `folder/train/CLASS/*.png` and `folder/test/CLASS/*.png`. Classes and files
/// are in alphabetical order; the folders' names are those of the classes. Values are 8 bits as PNG has them,
/// of one channel if all files are grey, else of three; transparent pixels are on black. \throws
/// std::invalid_argument that names the file that is damaged or of another size than the first, or a class
/// that
///         only the test folder has.
/// \param channels  that all images get, 1 or 3, in place of what the files say.
PngImages readPngFolder(const std::string& folder, std::optional<int> channels = std::nullopt);

/// Whether a path is a PNG file, or a folder that has such files itself: images without classes.
bool hasPngFiles(const std::string& path);

/// Reads a PNG file, or `folder/*.png` in alphabetical order, as readPngFolder() does; all have the label 0.
dataset::LabelledImages readPngFiles(const std::string& path, std::optional<int> channels = std::nullopt);

} // namespace terrace::program
