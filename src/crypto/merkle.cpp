#include <gstd/crypto.hpp>
#include <gstd/merkle.hpp>

#include <bit>

namespace gstd::merkle {
namespace {

constexpr std::array<std::uint8_t, 1> kLeafPrefix{0x00};
constexpr std::array<std::uint8_t, 1> kNodePrefix{0x01};

Error too_long() { return {ErrorCode::out_of_range, "the list has more entries than a tree can have", "tree_size"}; }

// Where a list of `size` entries is split: the largest power of two below it. At least two entries.
std::uint64_t split_of(std::uint64_t size) noexcept { return std::bit_floor(size - 1); }

// The root of the entries from `begin` on, `size` of them. `begin` is a multiple of every power of two up to `size`, as it is
// wherever the recursion of RFC 6962 leads: only the right edge of the tree is ragged.
Result<Digest> subtree(std::uint64_t begin, std::uint64_t size, const Nodes& nodes) {
  if (std::has_single_bit(size)) {
    const auto level = static_cast<unsigned>(std::countr_zero(size));
    return nodes(level, begin >> level);
  }
  const std::uint64_t split = split_of(size);
  auto left = subtree(begin, split, nodes);
  if (!left) return left;
  auto right = subtree(begin + split, size - split, nodes);
  if (!right) return right;
  return hash_children(*left, *right);
}

Result<void> add_subtree(std::vector<Digest>& path, std::uint64_t begin, std::uint64_t size, const Nodes& nodes) {
  auto hash = subtree(begin, size, nodes);
  if (!hash) return std::move(hash).error();
  path.push_back(*hash);
  return {};
}

// PATH of RFC 6962 section 2.1.1, over the entries from `begin` on.
Result<void> add_inclusion(std::vector<Digest>& path, std::uint64_t begin, std::uint64_t index, std::uint64_t size,
                           const Nodes& nodes) {
  if (size <= 1) return {};
  const std::uint64_t split = split_of(size);
  const bool is_left = index < split;
  auto below = is_left ? add_inclusion(path, begin, index, split, nodes)
                       : add_inclusion(path, begin + split, index - split, size - split, nodes);
  if (!below) return below;
  return is_left ? add_subtree(path, begin + split, size - split, nodes) : add_subtree(path, begin, split, nodes);
}

// SUBPROOF of RFC 6962 section 2.1.2. `is_whole`: the first list's root is that of exactly these entries, and known.
Result<void> add_consistency(std::vector<Digest>& path, std::uint64_t begin, std::uint64_t first, std::uint64_t size, bool is_whole,
                             const Nodes& nodes) {
  if (first == size) return is_whole ? Result<void>{} : add_subtree(path, begin, size, nodes);
  const std::uint64_t split = split_of(size);
  if (first <= split) {
    if (auto below = add_consistency(path, begin, first, split, is_whole, nodes); !below) return below;
    return add_subtree(path, begin + split, size - split, nodes);
  }
  if (auto below = add_consistency(path, begin + split, first - split, size - split, false, nodes); !below) return below;
  return add_subtree(path, begin, split, nodes);
}

bool is_odd(std::uint64_t number) noexcept { return (number & 1) != 0; }

// A node of the tree, and the last one of its level, on the way up.
struct Climb {
  std::uint64_t node;
  std::uint64_t last;

  void up() noexcept {
    node >>= 1;
    last >>= 1;
  }
  // Whether the next sibling stands on the left; then also past the levels at which the node, last of its level, has none.
  bool take_left() noexcept {
    if (!is_odd(node) && node != last) return false;
    while (!is_odd(node) && node != 0) up();
    return true;
  }
};

}  // namespace

Digest hash_leaf(BytesView entry) { return Sha256{}.update(kLeafPrefix).update(entry).finish(); }

Digest hash_children(const Digest& left, const Digest& right) noexcept {
  std::array<std::uint8_t, 1 + 2 * Digest::kSize> message;
  message[0] = kNodePrefix[0];
  std::copy(left.bytes.begin(), left.bytes.end(), message.begin() + 1);
  std::copy(right.bytes.begin(), right.bytes.end(), message.begin() + 1 + Digest::kSize);
  return sha256(message);
}

Digest empty_root() noexcept { return sha256({}); }

Result<std::vector<Node>> append(std::uint64_t size, const Digest& leaf, const Nodes& nodes) {
  if (size >= kSizeMax) return too_long();
  std::vector<Node> complete{{0, size, leaf}};
  // Each right child that is complete completes its parent.
  while (is_odd(complete.back().index)) {
    const Node right = complete.back();
    auto left = nodes(right.level, right.index - 1);
    if (!left) return std::move(left).error();
    complete.push_back({right.level + 1, right.index >> 1, hash_children(*left, right.hash)});
  }
  return complete;
}

Result<Digest> root(std::uint64_t size, const Nodes& nodes) {
  if (size > kSizeMax) return too_long();
  return size == 0 ? empty_root() : subtree(0, size, nodes);
}

Result<std::vector<Digest>> prove_inclusion(std::uint64_t index, std::uint64_t size, const Nodes& nodes) {
  if (size > kSizeMax) return too_long();
  if (index >= size) return Error{ErrorCode::out_of_range, "the list of that size does not have the entry yet", "tree_size"};
  std::vector<Digest> path;
  if (auto done = add_inclusion(path, 0, index, size, nodes); !done) return std::move(done).error();
  return path;
}

Result<std::vector<Digest>> prove_consistency(std::uint64_t first, std::uint64_t second, const Nodes& nodes) {
  if (second > kSizeMax) return too_long();
  if (first > second) return Error{ErrorCode::out_of_range, "the first list is longer than the second", "tree_size"};
  std::vector<Digest> path;
  if (first == 0) return path;  // anything continues nothing
  if (auto done = add_consistency(path, 0, first, second, true, nodes); !done) return std::move(done).error();
  return path;
}

Result<void> verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size, std::span<const Digest> path,
                              const Digest& root) {
  const Error refusal{ErrorCode::data_loss, "the proof does not show that the log has this entry", "inclusion_proof"};
  if (index >= size || path.size() > kProofNodesMax) return refusal;
  Climb climb{index, size - 1};
  Digest hash = leaf;
  for (const Digest& sibling : path) {
    if (climb.last == 0) return refusal;
    hash = climb.take_left() ? hash_children(sibling, hash) : hash_children(hash, sibling);
    climb.up();
  }
  if (climb.last != 0 || hash != root) return refusal;
  return {};
}

Result<void> verify_consistency(std::uint64_t first, const Digest& first_root, std::uint64_t second, const Digest& second_root,
                                std::span<const Digest> path) {
  const Error refusal{ErrorCode::data_loss, "the proof does not show that the log only grew", "consistency_proof"};
  if (first > second || path.size() > kProofNodesMax) return refusal;
  if (first == 0) {
    if (!path.empty() || first_root != empty_root() || (second == 0 && second_root != first_root)) return refusal;
    return {};
  }
  if (first == second) {
    if (!path.empty() || first_root != second_root) return refusal;
    return {};
  }
  // Where the first list is a complete subtree of the second, its root is the first node and left out of the proof.
  const bool is_complete = std::has_single_bit(first);
  if (!is_complete && path.empty()) return refusal;
  Climb climb{first - 1, second - 1};
  while (is_odd(climb.node)) climb.up();
  Digest first_hash = is_complete ? first_root : path.front();
  Digest second_hash = first_hash;
  for (const Digest& sibling : path.subspan(is_complete ? 0 : 1)) {
    if (climb.last == 0) return refusal;
    if (climb.take_left()) {
      first_hash = hash_children(sibling, first_hash);
      second_hash = hash_children(sibling, second_hash);
    } else {
      second_hash = hash_children(second_hash, sibling);
    }
    climb.up();
  }
  if (climb.last != 0 || first_hash != first_root || second_hash != second_root) return refusal;
  return {};
}

}  // namespace gstd::merkle
