#include "detail/Hdf5Causes.hpp"
#include "detail/Hdf5Support.hpp"

#include <terrace/dataset/Hdf5File.hpp>

namespace terrace::dataset {

using detail::Hdf5Id;

namespace {

std::string attributeText(const std::string& object, const std::string& name) {
  return (object.empty() || object == "/" ? "" : object + ": ") + "attribute \"" + name + '"';
}

// Makes room for an attribute of this name and creates it.
Hdf5Id createAttribute(hid_t file, const std::string& object, const std::string& name, hid_t type,
                       hid_t space) {
  const Hdf5Id owner(H5Oopen(file, object.c_str(), H5P_DEFAULT), H5Oclose);
  if (!owner.valid()) return {-1, H5Aclose};
  if (H5Aexists(owner, name.c_str()) > 0) H5Adelete(owner, name.c_str());
  return {H5Acreate2(owner, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
}

} // namespace

bool Hdf5File::hasAttribute(const std::string& object, const std::string& name) const {
  return exists(object) && H5Aexists_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

std::int64_t Hdf5File::openAttribute(const std::string& object, const std::string& name) const {
  if (!hasAttribute(object, name)) reject(attributeText(object, name), "no such attribute");
  const hid_t attribute = H5Aopen_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0) reject(attributeText(object, name), detail::readingFailure());
  return attribute;
}

void Hdf5File::writeAttribute(const std::string& object, const std::string& name, const std::string& value) {
  const Hdf5Id type = detail::makeStringType();
  const Hdf5Id space = detail::makeSpace({});
  const Hdf5Id attribute = createAttribute(id_, object, name, type, space);
  const char* text = value.c_str();
  if (!attribute.valid() || H5Awrite(attribute, type, &text) < 0) failToWrite(attributeText(object, name));
}

void Hdf5File::writeAttribute(const std::string& object, const std::string& name,
                              const std::vector<std::string>& values) {
  const Hdf5Id type = detail::makeStringType();
  const Hdf5Id space = detail::makeSpace({values.size()});
  const Hdf5Id attribute = createAttribute(id_, object, name, type, space);
  if (!attribute.valid()) failToWrite(attributeText(object, name));
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const auto& value : values) texts.push_back(value.c_str());
  if (!texts.empty() && H5Awrite(attribute, type, texts.data()) < 0) failToWrite(attributeText(object, name));
}

template <class T>
void Hdf5File::writeNumbers(const std::string& object, const std::string& name,
                            const std::vector<std::size_t>& shape, const T* values) {
  const Hdf5Id space = detail::makeSpace(shape);
  const Hdf5Id attribute = createAttribute(id_, object, name, detail::nativeType<T>(), space);
  if (!attribute.valid()) failToWrite(attributeText(object, name));
  if (detail::productOf(shape) == 0) return;
  if (H5Awrite(attribute, detail::nativeType<T>(), values) < 0) failToWrite(attributeText(object, name));
}

void Hdf5File::writeAttribute(const std::string& object, const std::string& name, std::int64_t value) {
  writeNumbers(object, name, {}, &value);
}

void Hdf5File::writeAttribute(const std::string& object, const std::string& name, int value) {
  writeAttribute(object, name, std::int64_t{value});
}

void Hdf5File::writeAttribute(const std::string& object, const std::string& name, double value) {
  writeNumbers(object, name, {}, &value);
}

void Hdf5File::writeAttribute(const std::string& object, const std::string& name,
                              const std::vector<std::int64_t>& values) {
  writeNumbers(object, name, {values.size()}, values.data());
}

void Hdf5File::writeAttribute(const std::string& object, const std::string& name,
                              const std::vector<double>& values) {
  writeNumbers(object, name, {values.size()}, values.data());
}

template <class T>
std::vector<T> Hdf5File::attributeNumbers(const std::string& object, const std::string& name) const {
  const Hdf5Id attribute(openAttribute(object, name), H5Aclose);
  const Hdf5Id type(H5Aget_type(attribute), H5Tclose);
  const Hdf5Type stored = detail::classOf(type);
  const bool integerWanted = std::is_integral<T>::value;
  if (stored != Hdf5Type::Integer && (integerWanted || stored != Hdf5Type::Float))
    reject(attributeText(object, name),
           "holds " + detail::typeText(type) + "; expected " + (integerWanted ? "integers" : "numbers"));
  const Hdf5Id space(H5Aget_space(attribute), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  std::vector<T> values(static_cast<std::size_t>(count > 0 ? count : 0));
  if (!values.empty() && H5Aread(attribute, detail::nativeType<T>(), values.data()) < 0)
    reject(attributeText(object, name), detail::readingFailure());
  return values;
}

template <>
std::vector<std::int64_t> Hdf5File::attribute(const std::string& object, const std::string& name) const {
  return attributeNumbers<std::int64_t>(object, name);
}

template <>
std::vector<double> Hdf5File::attribute(const std::string& object, const std::string& name) const {
  return attributeNumbers<double>(object, name);
}

template <>
std::int64_t Hdf5File::attribute(const std::string& object, const std::string& name) const {
  const auto values = attributeNumbers<std::int64_t>(object, name);
  if (values.size() != 1)
    reject(attributeText(object, name), "has " + std::to_string(values.size()) + " values; expected one");
  return values.front();
}

template <>
double Hdf5File::attribute(const std::string& object, const std::string& name) const {
  const auto values = attributeNumbers<double>(object, name);
  if (values.size() != 1)
    reject(attributeText(object, name), "has " + std::to_string(values.size()) + " values; expected one");
  return values.front();
}

template <>
std::vector<std::string> Hdf5File::attribute(const std::string& object, const std::string& name) const {
  const Hdf5Id attribute(openAttribute(object, name), H5Aclose);
  const Hdf5Id type(H5Aget_type(attribute), H5Tclose);
  if (detail::classOf(type) != Hdf5Type::String)
    reject(attributeText(object, name), "holds " + detail::typeText(type) + "; expected strings");
  const Hdf5Id space(H5Aget_space(attribute), H5Sclose);
  std::vector<std::string> values;
  const auto read = [&](void* buffer) { return H5Aread(attribute, type, buffer); };
  if (!detail::readStrings(type, space, read, values))
    reject(attributeText(object, name), detail::readingFailure());
  return values;
}

template <>
std::string Hdf5File::attribute(const std::string& object, const std::string& name) const {
  const auto values = attribute<std::vector<std::string>>(object, name);
  if (values.size() != 1)
    reject(attributeText(object, name), "has " + std::to_string(values.size()) + " values; expected one");
  return values.front();
}

namespace {

// A reference to a text takes 16 bytes of the 64 KB of an attribute.
constexpr std::size_t mostInAttribute = 2000;

} // namespace

void Hdf5File::writeNames(const std::string& name, const std::vector<std::string>& values) {
  if (values.size() <= mostInAttribute) {
    writeAttribute("/", name, values);
  } else {
    writeStrings(name, values);
  }
}

bool Hdf5File::hasNames(const std::string& name) const {
  return hasAttribute("/", name) || isDataset(name);
}

std::vector<std::string> Hdf5File::names(const std::string& name) const {
  if (hasAttribute("/", name)) return attribute<std::vector<std::string>>("/", name);
  return isDataset(name) ? readStrings(name) : std::vector<std::string>();
}

} // namespace terrace::dataset
