#include "io/TextFile.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace terrace::program {

std::string readOwnTextFile(const std::string& file) {
  if (std::filesystem::is_directory(file)) throw std::invalid_argument(file + ": is a directory.");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::invalid_argument(file + ": cannot be read (" + std::strerror(errno) + ").");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string readTextFile(const std::string& file, const Teuchos::Comm<int>& comm) {
  std::string text;
  dataset::runOnRoot(comm, [&] { text = readOwnTextFile(file); });
  int length = static_cast<int>(text.size());
  Teuchos::broadcast(comm, 0, &length);
  text.resize(static_cast<std::size_t>(length));
  if (length > 0) Teuchos::broadcast(comm, 0, length, text.data());
  return text;
}

void writeTextFile(const std::string& file, const std::string& text, const std::string& shownAs) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out)
    throw std::runtime_error((shownAs.empty() ? file : shownAs) + ": cannot be written (" +
                             std::strerror(errno) + ").");
}

} // namespace terrace::program
