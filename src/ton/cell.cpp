#include <gstd/ton.hpp>

#include "ton/hash.hpp"

#include <algorithm>

namespace gstd::ton {
namespace {

// addr_std$10 anycast:(Maybe Anycast), the latter absent: the first three bits of an address.
constexpr std::uint64_t kStandardAddress = 0b100;

Error refuse(std::string_view why) { return {ErrorCode::invalid_argument, "not a cell: " + std::string(why), "cell"}; }

}  // namespace

Result<CellRef> Cell::create(BytesView data, std::size_t bits, std::vector<CellRef> refs) {
  if (bits > kCellBitsMax) return refuse("it has more than " + std::to_string(kCellBitsMax) + " bits");
  if (refs.size() > kCellRefsMax) return refuse("it has more than " + std::to_string(kCellRefsMax) + " references");
  const std::size_t bytes = (bits + 7) / 8;
  if (bytes > data.size()) return refuse("it has fewer bits than it says");
  std::size_t depth = 0;
  for (const CellRef& ref : refs) {
    if (!ref) return refuse("a reference leads nowhere");
    depth = std::max(depth, ref->depth() + 1);
  }
  if (depth > kCellDepthMax) return refuse("it is deeper than " + std::to_string(kCellDepthMax) + " cells");

  Cell cell;
  cell.data_.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(bytes));
  if (bits % 8 != 0) cell.data_.back() &= static_cast<std::uint8_t>(0xff << (8 - bits % 8));
  cell.bits_ = bits;
  cell.refs_ = std::move(refs);
  cell.depth_ = depth;
  cell.hash_ = sha256({cell.representation()});
  return std::make_shared<const Cell>(std::move(cell));
}

Bytes Cell::representation() const {
  Bytes out;
  out.reserve(2 + data_.size() + refs_.size() * (2 + Digest::kSize));
  out.push_back(static_cast<std::uint8_t>(refs_.size()));
  out.push_back(static_cast<std::uint8_t>(bits_ / 8 + (bits_ + 7) / 8));
  out.insert(out.end(), data_.begin(), data_.end());
  if (bits_ % 8 != 0) out.back() |= static_cast<std::uint8_t>(0x80 >> (bits_ % 8));
  for (const CellRef& ref : refs_) {
    out.push_back(static_cast<std::uint8_t>(ref->depth() >> 8));
    out.push_back(static_cast<std::uint8_t>(ref->depth() & 0xff));
  }
  for (const CellRef& ref : refs_) out.insert(out.end(), ref->hash().bytes.begin(), ref->hash().bytes.end());
  return out;
}

CellBuilder& CellBuilder::bit(bool value) {
  // Beyond the end bits are only counted: build() refuses, and memory stays bounded.
  if (bits_ <= kCellBitsMax) {
    if (bits_ % 8 == 0) data_.push_back(0);
    if (value) data_.back() |= static_cast<std::uint8_t>(0x80 >> (bits_ % 8));
  }
  ++bits_;
  return *this;
}

CellBuilder& CellBuilder::uint(std::uint64_t value, unsigned bits) {
  GSTD_ASSERT(bits <= 64);
  for (unsigned i = bits; i > 0; --i) bit((value >> (i - 1) & 1) != 0);
  return *this;
}

CellBuilder& CellBuilder::bytes(BytesView bytes) {
  for (const std::uint8_t byte : bytes) uint(byte, 8);
  return *this;
}

CellBuilder& CellBuilder::address(const Address& address) {
  return uint(kStandardAddress, 3).uint(static_cast<std::uint8_t>(address.workchain), 8).bytes(address.hash.view());
}

CellBuilder& CellBuilder::ref(CellRef cell) {
  refs_.push_back(std::move(cell));
  return *this;
}

Result<CellRef> CellBuilder::build() const { return Cell::create(data_, bits_, refs_); }

Result<bool> CellReader::bit() {
  if (bits_left() == 0) return refuse("it ends early");
  const bool value = (cell_.data()[at_ / 8] >> (7 - at_ % 8) & 1) != 0;
  ++at_;
  return value;
}

Result<std::uint64_t> CellReader::uint(unsigned bits) {
  GSTD_ASSERT(bits <= 64);
  if (bits_left() < bits) return refuse("it ends early");
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bits; ++i) value = value << 1 | (*bit() ? 1u : 0u);
  return value;
}

Result<Bytes> CellReader::bytes(std::size_t count) {
  if (bits_left() / 8 < count) return refuse("it ends early");
  Bytes out(count);
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(*uint(8));
  return out;
}

Result<Address> CellReader::address() {
  const auto kind = uint(3);
  if (!kind) return kind.error();
  if (*kind != kStandardAddress) return refuse("it holds an address of another kind");
  const auto workchain = uint(8);
  if (!workchain) return workchain.error();
  const auto hash = bytes(Digest::kSize);
  if (!hash) return hash.error();
  Address address{static_cast<std::int8_t>(*workchain), *Digest::from_bytes(*hash)};
  if (address.workchain != kBasechain && address.workchain != kMasterchain) return refuse("it holds an address of no chain");
  return address;
}

Result<CellRef> CellReader::ref() {
  if (refs_left() == 0) return refuse("a reference is missing");
  return cell_.refs()[next_ref_++];
}

Result<void> CellReader::skip(std::size_t bits) {
  if (bits_left() < bits) return refuse("it ends early");
  at_ += bits;
  return {};
}

}  // namespace gstd::ton
