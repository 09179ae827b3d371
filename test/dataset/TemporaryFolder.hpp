#pragma once

#include <Teuchos_CommHelpers.hpp>
#include <Tpetra_Core.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace terrace::dataset::test {

/// A folder of this test alone, the same on all ranks; rank 0 makes it and removes it at the end.
class TemporaryFolder {
public:
  TemporaryFolder() : comm_(Tpetra::getDefaultComm()) {
    std::array<char, 512> name{};
    if (comm_->getRank() == 0) {
      const auto pattern = std::filesystem::temp_directory_path() / "terrace-dataset-XXXXXX";
      pattern.string().copy(name.data(), name.size() - 1);
      if (::mkdtemp(name.data()) == nullptr) name[0] = '\0';
    }
    Teuchos::broadcast(*comm_, 0, static_cast<int>(name.size()), name.data());
    path_ = name.data();
    if (path_.empty()) throw std::runtime_error("A temporary folder cannot be made.");
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    comm_->barrier();
    std::error_code ignored;
    if (comm_->getRank() == 0) std::filesystem::remove_all(path_, ignored);
  }

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

  /// Number of files and folders in it.
  std::size_t entries() const {
    const std::filesystem::directory_iterator begin(path_);
    return static_cast<std::size_t>(std::distance(begin, std::filesystem::directory_iterator()));
  }

private:
  Teuchos::RCP<const Teuchos::Comm<int>> comm_;
  std::filesystem::path path_;
};

/// The message of the exception of type Error that \p work throws; "nothing thrown" if none.
template <class Error, class Work>
std::string messageOf(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

} // namespace terrace::dataset::test
