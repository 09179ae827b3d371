#pragma once

#include <terrace/dataset/LabelledImages.hpp>

#include <string>
#include <vector>

namespace terrace::dataset {

/// CIFAR-10 or CIFAR-100, training and test images of 3 x 32 x 32.
struct CifarImages {
  LabelledImages train;
  LabelledImages test;
  std::vector<std::string> classNames;
};

/// Whether a folder is `cifar-10-batches-bin` or `cifar-100-binary`, unpacked.
bool isCifarFolder(const std::string& folder);

/// Reads the binary version (Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html): records of a
/// label and 3072 bytes, red, green and blue planes of 32 rows. CIFAR-10 has the files data_batch_1.bin to
/// data_batch_5.bin, test_batch.bin and batches.meta.txt; CIFAR-100 has train.bin, test.bin and
/// fine_label_names.txt, and two labels a record, of which the second, fine one is the class. Fewer batches
/// are read too. \throws std::invalid_argument that names the file that is missing or wrong.
CifarImages readCifarImages(const std::string& folder);

} // namespace terrace::dataset
