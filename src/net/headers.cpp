#include <gstd/net.hpp>

#include <algorithm>

#include "net/field.hpp"
#include "net/wiping.hpp"

namespace gstd::net {

Headers& Headers::operator=(Headers other) noexcept {
  fields_.swap(other.fields_);
  return *this;
}

Headers::~Headers() {
  for (Field& field : fields_) wipe_text(field.value);
}

void Headers::set(std::string name, std::string value) {
  for (Field& field : fields_)
    if (equal_ignoring_case(field.name, name)) wipe_text(field.value);
  std::erase_if(fields_, [&](const Field& field) { return equal_ignoring_case(field.name, name); });
  add(std::move(name), std::move(value));
}

void Headers::add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (const Field& field : fields_)
    if (equal_ignoring_case(field.name, name)) return field.value;
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const Field& field) { return equal_ignoring_case(field.name, name); }));
}

}  // namespace gstd::net
