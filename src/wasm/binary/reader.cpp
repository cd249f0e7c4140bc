#include "wasm/binary/reader.hpp"

#include "wasm/binary/limits.hpp"

namespace gstd::wasm::binary {

void Reader::note(std::size_t offset, std::string message, bool malformed) {
  if (good()) *fault_ = Fault{offset, std::move(message), malformed};
}

void Reader::end_too_soon() { malformed(base_ + bytes_.size(), "something ends too soon"); }

// Seven bits per byte, the last without the top bit. The last byte that the width allows must not hold bits beyond it.
std::uint64_t Reader::unsigned_leb(unsigned bits) {
  const std::size_t start = offset();
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < bits; shift += 7) {
    const std::uint8_t next = byte();
    value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if (next & 0x80) continue;
    if (bits - shift < 7 && (next >> (bits - shift)) != 0) break;
    return good() ? value : 0;
  }
  malformed(start, "a number does not fit its width");
  return 0;
}

std::int64_t Reader::signed_leb(unsigned bits) {
  const std::size_t start = offset();
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < bits; shift += 7) {
    const std::uint8_t next = byte();
    value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if (next & 0x80) continue;
    if (bits - shift < 7) {  // bits from the sign on must be equal
      const auto top = static_cast<std::int8_t>(static_cast<std::uint8_t>(next << 1)) >> (bits - shift);
      if (top != 0 && top != -1) break;
    }
    if (shift + 7 < 64 && (next & 0x40)) value |= ~std::uint64_t{0} << (shift + 7);
    return good() ? static_cast<std::int64_t>(value) : 0;
  }
  malformed(start, "a number does not fit its width");
  return 0;
}

std::uint32_t Reader::count(std::uint32_t max, std::string_view things) {
  const std::size_t start = offset();
  const std::uint32_t value = u32();
  if (!good()) return 0;
  if (value > max) {
    refuse(start, "the module has " + std::to_string(value) + " " + std::string(things) + "; at most " + std::to_string(max) +
                      " are accepted");
    return 0;
  }
  if (value > bytes_.size() - at_) {
    malformed(start, "fewer bytes are left than " + std::string(things) + " are announced");
    return 0;
  }
  return value;
}

std::string_view Reader::name() {
  const std::size_t start = offset();
  const std::uint32_t size = u32();
  if (size > kNameBytesMax) {
    refuse(start, "a name has " + std::to_string(size) + " bytes; at most " + std::to_string(kNameBytesMax) + " are accepted");
    return {};
  }
  return as_text(take(size));
}

BytesView Reader::take(std::size_t size) {
  if (!good()) return {};
  if (size > bytes_.size() - at_) {
    end_too_soon();
    return {};
  }
  at_ += size;
  return bytes_.subspan(at_ - size, size);
}

Reader Reader::part(std::size_t size) {
  const std::size_t start = offset();
  return Reader{take(size), start, *fault_};
}

}  // namespace gstd::wasm::binary
