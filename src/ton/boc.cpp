// A bag of cells puts parents before children, so that reading it backwards builds every cell from cells that exist already: no
// recursion, one pass, each cell hashed once however often it is referred to.
#include <gstd/ton.hpp>

#include "ton/crc.hpp"

#include <algorithm>
#include <map>

namespace gstd::ton {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic{0xb5, 0xee, 0x9c, 0x72};
constexpr std::uint8_t kHasIndex = 0x80;
constexpr std::uint8_t kHasCrc = 0x40;
constexpr std::uint8_t kHasCacheBits = 0x20;
constexpr std::uint8_t kReserved = 0x18;
constexpr std::uint8_t kSizeMask = 0x07;
constexpr std::size_t kSizeBytesMax = 4;
constexpr std::size_t kOffsetBytesMax = 8;
constexpr std::size_t kCrcBytes = 4;

Error refuse(std::string_view why) { return {ErrorCode::invalid_argument, "not a bag of cells: " + std::string(why), "boc"}; }

// Takes bytes off the front; says so where there are none left.
class Input {
 public:
  explicit Input(BytesView bytes) : rest_(bytes) {}

  std::optional<BytesView> take(std::size_t count) noexcept {
    if (count > rest_.size()) return std::nullopt;
    const BytesView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  // Big-endian, at most eight bytes.
  std::optional<std::uint64_t> number(std::size_t bytes) noexcept {
    const auto taken = take(bytes);
    if (!taken) return std::nullopt;
    std::uint64_t value = 0;
    for (const std::uint8_t byte : *taken) value = value << 8 | byte;
    return value;
  }

  std::size_t left() const noexcept { return rest_.size(); }

 private:
  BytesView rest_;
};

// A cell as it stands in the bag.
struct Entry {
  BytesView data;
  std::size_t bits = 0;
  std::vector<std::size_t> refs;
};

Result<Entry> read_entry(Input& input, std::size_t number, std::size_t cells, std::size_t size_bytes) {
  const auto head = input.take(2);
  if (!head) return refuse("it ends early");
  const std::uint8_t references = (*head)[0];
  if ((references & 0xf8) != 0 || references > kCellRefsMax) return refuse("it holds a cell that is not an ordinary one");
  const std::size_t half_bytes = (*head)[1];
  const auto data = input.take((half_bytes + 1) / 2);
  if (!data) return refuse("it ends early");
  Entry entry;
  entry.data = *data;
  entry.bits = data->size() * 8;
  if (half_bytes % 2 != 0) {
    // The last byte ends with the completion tag, a one and zeros.
    const std::uint8_t last = data->back();
    if (last == 0) return refuse("a cell lacks its completion tag");
    std::size_t tag_bits = 1;
    while ((last >> (tag_bits - 1) & 1) == 0) ++tag_bits;
    // Eight bits of tag would be a whole number of bytes, which has another descriptor.
    if (tag_bits == 8) return refuse("a cell is not written in the one way");
    entry.bits -= tag_bits;
  }
  for (std::size_t i = 0; i < references; ++i) {
    const auto ref = input.number(size_bytes);
    if (!ref) return refuse("it ends early");
    if (*ref <= number || *ref >= cells) return refuse("a reference leads backwards or nowhere");
    entry.refs.push_back(static_cast<std::size_t>(*ref));
  }
  return entry;
}

Result<CellRef> build(const std::vector<Entry>& entries, std::size_t root) {
  std::vector<CellRef> cells(entries.size());
  for (std::size_t i = entries.size(); i-- > 0;) {
    std::vector<CellRef> refs;
    for (const std::size_t ref : entries[i].refs) refs.push_back(cells[ref]);
    auto cell = Cell::create(entries[i].data, entries[i].bits, std::move(refs));
    if (!cell) return refuse(cell.error().message);
    cells[i] = *std::move(cell);
  }
  return cells[root];
}

struct Head {
  bool has_index = false;
  bool has_cache_bits = false;
  std::size_t size_bytes = 0;
  std::size_t offset_bytes = 0;
  std::size_t cells = 0;
  std::size_t root = 0;
  std::size_t data_bytes = 0;
};

Result<Head> read_head(Input& input, std::uint8_t flags) {
  Head head;
  head.has_index = (flags & kHasIndex) != 0;
  head.has_cache_bits = (flags & kHasCacheBits) != 0;
  head.size_bytes = flags & kSizeMask;
  if ((flags & kReserved) != 0 || (head.has_cache_bits && !head.has_index) || head.size_bytes == 0 ||
      head.size_bytes > kSizeBytesMax)
    return refuse("its flags are unknown");
  const auto offset_bytes = input.number(1);
  if (!offset_bytes || *offset_bytes == 0 || *offset_bytes > kOffsetBytesMax) return refuse("its flags are unknown");
  head.offset_bytes = static_cast<std::size_t>(*offset_bytes);
  const auto cells = input.number(head.size_bytes);
  const auto roots = input.number(head.size_bytes);
  const auto absent = input.number(head.size_bytes);
  const auto data_bytes = input.number(head.offset_bytes);
  const auto root = input.number(head.size_bytes);
  if (!cells || !roots || !absent || !data_bytes || !root) return refuse("it ends early");
  if (*cells == 0 || *cells > kBocCellsMax) return refuse("it has no cell, or more than " + std::to_string(kBocCellsMax));
  if (*roots != 1 || *absent != 0) return refuse("it has more than one root, or absent cells");
  if (*root >= *cells) return refuse("its root is not in it");
  if (*data_bytes > kBocBytesMax) return refuse("it is too long");
  head.cells = static_cast<std::size_t>(*cells);
  head.root = static_cast<std::size_t>(*root);
  head.data_bytes = static_cast<std::size_t>(*data_bytes);
  return head;
}

void append_number(Bytes& out, std::size_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i > 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1)) & 0xff));
}

std::size_t bytes_for(std::size_t value) noexcept {
  std::size_t bytes = 1;
  while (value >> (8 * bytes) != 0) ++bytes;
  return bytes;
}

// Each cell once, parents first, the first reference's cells before the second's: the order of TON's own libraries.
std::vector<const Cell*> order_of(const Cell& root) {
  struct Visit {
    const Cell* cell;
    std::size_t refs_left;
  };
  std::map<Digest, bool> seen{{root.hash(), true}};
  std::vector<Visit> path{{&root, root.refs().size()}};
  std::vector<const Cell*> children_first;
  while (!path.empty()) {
    Visit& visit = path.back();
    if (visit.refs_left == 0) {
      children_first.push_back(visit.cell);
      path.pop_back();
      continue;
    }
    const Cell* next = visit.cell->refs()[--visit.refs_left].get();
    if (seen.emplace(next->hash(), true).second) path.push_back({next, next->refs().size()});
    // Stops here, since the caller refuses it anyway; a tree may be far larger than what is written of it.
    if (seen.size() > kBocCellsMax) return {};
  }
  std::reverse(children_first.begin(), children_first.end());
  return children_first;
}

}  // namespace

Result<CellRef> read_boc(BytesView bytes) {
  if (bytes.size() > kBocBytesMax) return refuse("it is longer than " + std::to_string(kBocBytesMax) + " bytes");
  Input input(bytes);
  const auto magic = input.take(kMagic.size());
  if (!magic || !std::equal(magic->begin(), magic->end(), kMagic.begin())) return refuse("it does not start as one");
  const auto flags = input.number(1);
  if (!flags) return refuse("it ends early");
  const bool has_crc = (*flags & kHasCrc) != 0;
  if (has_crc) {
    if (bytes.size() < kMagic.size() + 1 + kCrcBytes) return refuse("it ends early");
    const BytesView checked = bytes.first(bytes.size() - kCrcBytes);
    std::uint32_t stored = 0;
    for (std::size_t i = kCrcBytes; i-- > 0;) stored = stored << 8 | bytes[checked.size() + i];
    if (stored != crc32c(checked)) return refuse("the checksum is wrong");
  }
  const auto head = read_head(input, static_cast<std::uint8_t>(*flags));
  if (!head) return head.error();

  std::vector<std::uint64_t> index;
  for (std::size_t i = 0; head->has_index && i < head->cells; ++i) {
    const auto end = input.number(head->offset_bytes);
    if (!end) return refuse("it ends early");
    index.push_back(head->has_cache_bits ? *end >> 1 : *end);
  }
  if (input.left() != head->data_bytes + (has_crc ? kCrcBytes : 0)) return refuse("its length is not what it says");
  std::vector<Entry> entries;
  Input cells(*input.take(head->data_bytes));
  for (std::size_t i = 0; i < head->cells; ++i) {
    auto entry = read_entry(cells, i, head->cells, head->size_bytes);
    if (!entry) return std::move(entry).error();
    if (head->has_index && index[i] != head->data_bytes - cells.left()) return refuse("its index is wrong");
    entries.push_back(*std::move(entry));
  }
  if (cells.left() != 0) return refuse("bytes are left over");
  return build(entries, head->root);
}

Result<Bytes> write_boc(const Cell& root) {
  const auto order = order_of(root);
  if (order.empty()) return refuse("it has more than " + std::to_string(kBocCellsMax) + " cells");
  std::map<Digest, std::size_t> numbers;
  for (const Cell* cell : order) numbers.emplace(cell->hash(), numbers.size());
  const std::size_t size_bytes = bytes_for(order.size());
  Bytes data;
  for (const Cell* cell : order) {
    Bytes head = cell->representation();
    head.resize(2 + cell->data().size());
    data.insert(data.end(), head.begin(), head.end());
    for (const CellRef& ref : cell->refs()) append_number(data, numbers.at(ref->hash()), size_bytes);
  }
  const std::size_t offset_bytes = bytes_for(data.size());
  Bytes out(kMagic.begin(), kMagic.end());
  out.push_back(static_cast<std::uint8_t>(kHasCrc | size_bytes));
  out.push_back(static_cast<std::uint8_t>(offset_bytes));
  append_number(out, order.size(), size_bytes);
  append_number(out, 1, size_bytes);
  append_number(out, 0, size_bytes);
  append_number(out, data.size(), offset_bytes);
  append_number(out, 0, size_bytes);
  out.insert(out.end(), data.begin(), data.end());
  const std::uint32_t crc = crc32c(out);
  for (std::size_t i = 0; i < kCrcBytes; ++i) out.push_back(static_cast<std::uint8_t>(crc >> (8 * i) & 0xff));
  if (out.size() > kBocBytesMax) return refuse("it is longer than " + std::to_string(kBocBytesMax) + " bytes");
  return out;
}

}  // namespace gstd::ton
