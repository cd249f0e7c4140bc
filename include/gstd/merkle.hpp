// Merkle trees over a list that only grows: roots, and proofs that an entry is in the list, or that one list continues another.
// Source of all: RFC 6962 section 2.1, with SHA-256. Pure functions, for any thread.
#pragma once

#include <gstd/base.hpp>

#include <functional>

namespace gstd::merkle {

/// SHA-256 of 0x00 and the entry. The prefixes keep an entry from passing for an inner node.
Digest hash_leaf(BytesView entry);
/// SHA-256 of 0x01 and both children.
Digest hash_children(const Digest& left, const Digest& right) noexcept;
/// The root of the empty list: SHA-256 of nothing.
Digest empty_root() noexcept;

/// The root of a complete subtree: that over the 2^level entries from number index * 2^level on. Appending never changes one, so
/// that they can be stored once and for all.
struct Node {
  unsigned level = 0;
  std::uint64_t index = 0;
  Digest hash;
};

/// Where stored nodes come from; asked only for nodes that append() made. Its errors are passed on.
using Nodes = std::function<Result<Digest>(unsigned level, std::uint64_t index)>;

/// Longest list: the levels of its tree are numbered 0 to 63.
inline constexpr std::uint64_t kSizeMax = std::uint64_t{1} << 63;
/// Longest proof of either kind: one node per level, and for consistency one more.
inline constexpr std::size_t kProofNodesMax = 65;

/// The nodes that become complete when an entry is appended to a list of `size`: its leaf, then upwards; at most 64.
/// Errors: out_of_range: the list has kSizeMax entries.
Result<std::vector<Node>> append(std::uint64_t size, const Digest& leaf, const Nodes& nodes);

/// The root of the first `size` entries. Asks for at most 64 nodes.
Result<Digest> root(std::uint64_t size, const Nodes& nodes);

/// That entry number `index` is among the first `size`. Asks for O(log size) nodes.
/// Errors: out_of_range: `index` is not below `size`, or `size` above kSizeMax.
Result<std::vector<Digest>> prove_inclusion(std::uint64_t index, std::uint64_t size, const Nodes& nodes);

/// That the first `first` of the first `second` entries are a list by themselves, whose root was given before.
/// Errors: out_of_range: `first` is above `second`, or `second` above kSizeMax.
Result<std::vector<Digest>> prove_consistency(std::uint64_t first, std::uint64_t second, const Nodes& nodes);

/// Whether `path` proves that the list of `size` entries with this root has the entry `leaf` (hash_leaf()) as number `index`.
/// Errors: data_loss, reason "inclusion_proof": it does not.
/// Source: RFC 9162 section 2.1.3.2.
Result<void> verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size, std::span<const Digest> path,
                              const Digest& root);

/// Whether `path` proves that the list of `second` entries continues that of `first`.
/// Errors: data_loss, reason "consistency_proof": it does not.
/// Source: RFC 9162 section 2.1.4.2.
Result<void> verify_consistency(std::uint64_t first, const Digest& first_root, std::uint64_t second, const Digest& second_root,
                                std::span<const Digest> path);

}  // namespace gstd::merkle
