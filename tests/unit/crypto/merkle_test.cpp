#include <gstd/merkle.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace gstd::merkle {
namespace {

// A list as a store keeps it: the complete nodes, by level and index.
class List {
 public:
  void add(BytesView entry) {
    const auto complete = *append(size_, hash_leaf(entry), nodes());
    for (const Node& node : complete) stored_[{node.level, node.index}] = node.hash;
    leaves_.push_back(hash_leaf(entry));
    ++size_;
  }

  Nodes nodes() const {
    return [this](unsigned level, std::uint64_t index) -> Result<Digest> {
      const auto found = stored_.find({level, index});
      if (found == stored_.end()) return Error{ErrorCode::not_found, "no such node", "node"};
      return found->second;
    };
  }
  std::uint64_t size() const { return size_; }
  const std::vector<Digest>& leaves() const { return leaves_; }

 private:
  std::map<std::pair<unsigned, std::uint64_t>, Digest> stored_;
  std::vector<Digest> leaves_;
  std::uint64_t size_ = 0;
};

// MTH of RFC 6962 section 2.1, as it stands there: from all leaves, with nothing stored.
Digest root_of(std::span<const Digest> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves.front();
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return hash_children(root_of(leaves.first(split)), root_of(leaves.subspan(split)));
}

List list_of(std::uint64_t size) {
  List list;
  for (std::uint64_t i = 0; i < size; ++i) list.add(as_bytes(std::to_string(i)));
  return list;
}

// The entries that the tests of Google's certificate-transparency use (cpp/merkletree/merkle_tree_test.cc), and the roots and
// proofs over the first of them that stand there.
constexpr std::array<std::string_view, 8> kEntries{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr std::array<std::string_view, 9> kRoots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                                 "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                                 "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                                 "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                                 "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                                 "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                                 "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

struct Vector {
  std::uint64_t first;  // for inclusion the entry's number
  std::uint64_t second;
  std::vector<std::string_view> path;
};
const std::array kInclusions{
    Vector{0, 1, {}},
    Vector{0,
           8,
           {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    Vector{5,
           8,
           {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    Vector{2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    Vector{1,
           5,
           {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};
const std::array kConsistencies{
    Vector{1, 1, {}},
    Vector{1,
           8,
           {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    Vector{6,
           8,
           {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    Vector{2,
           5,
           {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

Digest digest(std::string_view hex) { return *Digest::parse_hex(hex); }

std::vector<std::string> texts(std::span<const Digest> path) {
  std::vector<std::string> out;
  for (const Digest& each : path) out.push_back(each.hex());
  return out;
}
std::vector<std::string> texts(const std::vector<std::string_view>& path) { return {path.begin(), path.end()}; }

// Goal:   our trees are those of RFC 6962, so that anybody's verifier understands our proofs.
// Method: known entries, roots and proofs; origin above.
TEST(Merkle, KnownVectors) {
  List list;
  for (std::uint64_t size = 0; size <= kEntries.size(); ++size) {
    EXPECT_EQ(root(size, list.nodes())->hex(), kRoots.at(size)) << size;
    if (size < kEntries.size()) list.add(*decode_hex(kEntries.at(size)));
  }
  for (const Vector& known : kInclusions) {
    const auto path = *prove_inclusion(known.first, known.second, list.nodes());
    EXPECT_EQ(texts(path), texts(known.path));
    EXPECT_TRUE(verify_inclusion(list.leaves().at(known.first), known.first, known.second, path, digest(kRoots.at(known.second))));
  }
  for (const Vector& known : kConsistencies) {
    const auto path = *prove_consistency(known.first, known.second, list.nodes());
    EXPECT_EQ(texts(path), texts(known.path));
    EXPECT_TRUE(
        verify_consistency(known.first, digest(kRoots.at(known.first)), known.second, digest(kRoots.at(known.second)), path));
  }
}

// Goal:   roots from stored nodes are the roots of the definition, and every entry and every earlier list can be proven.
// Method: all sizes up to one beyond two powers of two, all entries and all earlier sizes of each.
TEST(Merkle, ProvesEverythingOfSmallLists) {
  constexpr std::uint64_t kSizes = 34;
  const List list = list_of(kSizes);
  std::vector<Digest> roots;
  for (std::uint64_t size = 0; size <= kSizes; ++size) {
    roots.push_back(*root(size, list.nodes()));
    EXPECT_EQ(roots.back(), root_of(std::span(list.leaves()).first(size))) << size;
  }
  for (std::uint64_t size = 0; size <= kSizes; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto path = *prove_inclusion(index, size, list.nodes());
      EXPECT_TRUE(verify_inclusion(list.leaves()[index], index, size, path, roots[size])) << index << " of " << size;
      EXPECT_FALSE(verify_inclusion(list.leaves()[(index + 1) % kSizes], index, size, path, roots[size]));
    }
    for (std::uint64_t first = 0; first <= size; ++first) {
      const auto path = *prove_consistency(first, size, list.nodes());
      EXPECT_TRUE(verify_consistency(first, roots[first], size, roots[size], path)) << first << " to " << size;
    }
  }
}

// Goal:   questions about what is not there are refused, by prover and verifier, at the edges of what sizes can be.
// Method: an entry behind the end, a list that shrinks, more entries than there can be; proofs that are too long.
TEST(Merkle, RefusesWhatIsNotThere) {
  const List list = list_of(5);
  const auto nodes = list.nodes();
  EXPECT_EQ(prove_inclusion(5, 5, nodes).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(prove_inclusion(0, 0, nodes).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(prove_consistency(5, 4, nodes).error().code, ErrorCode::out_of_range);
  for (const std::uint64_t size : {kSizeMax + 1, UINT64_MAX}) {
    EXPECT_EQ(root(size, nodes).error().code, ErrorCode::out_of_range);
    EXPECT_EQ(prove_inclusion(0, size, nodes).error().code, ErrorCode::out_of_range);
    EXPECT_EQ(prove_consistency(1, size, nodes).error().code, ErrorCode::out_of_range);
    EXPECT_EQ(append(size, {}, nodes).error().code, ErrorCode::out_of_range);
  }
  EXPECT_EQ(prove_inclusion(0, 8, nodes).error().reason, "node") << "the store's own error is passed on";

  const Digest five = *root(5, nodes);
  EXPECT_FALSE(verify_inclusion(list.leaves()[0], 0, 0, {}, empty_root()));
  EXPECT_FALSE(verify_inclusion(list.leaves()[0], 5, 5, *prove_inclusion(0, 5, nodes), five));
  EXPECT_FALSE(verify_inclusion(list.leaves()[0], 0, UINT64_MAX, std::vector<Digest>(kProofNodesMax + 1), five));
  EXPECT_FALSE(verify_consistency(6, five, 5, five, {}));
  EXPECT_FALSE(verify_consistency(3, five, 5, five, {}));
  EXPECT_FALSE(verify_consistency(4, five, UINT64_MAX, five, std::vector<Digest>(kProofNodesMax + 1)));
  EXPECT_FALSE(verify_consistency(0, five, 5, five, {})) << "what has no entries has the empty root";
  EXPECT_FALSE(verify_consistency(0, empty_root(), 0, five, {}));
  EXPECT_TRUE(verify_consistency(0, empty_root(), 5, five, {}));
  EXPECT_FALSE(verify_consistency(0, empty_root(), 5, five, std::vector<Digest>(1)));
  EXPECT_FALSE(verify_consistency(5, five, 5, *root(4, nodes), {}));
  EXPECT_FALSE(verify_consistency(5, five, 5, five, std::vector<Digest>(1)));
}

// Goal:   an entry does not pass for an inner node, nor the other way round.
// Method: the two children of a root as one entry.
TEST(Merkle, TellsEntriesFromNodes) {
  const List list = list_of(2);
  Bytes children;
  for (const Digest& leaf : list.leaves()) children.insert(children.end(), leaf.bytes.begin(), leaf.bytes.end());
  EXPECT_NE(hash_leaf(children), *root(2, list.nodes()));
  EXPECT_FALSE(verify_inclusion(hash_leaf(children), 0, 1, {}, *root(2, list.nodes())));
}

// Goal:   a proof is good for its own entry, number, size and root, and for nothing else.
// Method: random lists and entries; one bit of the proof, of the leaf or of the root is flipped, the number is changed, a
//         node is dropped, doubled or added.
RC_GTEST_PROP(Merkle, NoOtherInclusionPasses, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 200);
  const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
  const List list = list_of(size);
  auto path = *prove_inclusion(index, size, list.nodes());
  Digest leaf = list.leaves()[index];
  Digest top = *root(size, list.nodes());
  RC_ASSERT(verify_inclusion(leaf, index, size, path, top).has_value());
  const auto bit = *rc::gen::inRange<std::size_t>(0, 256);
  const auto flip = [bit](Digest& digest) { digest.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8); };
  auto other_index = index;
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      flip(leaf);
      break;
    case 1:
      flip(top);
      break;
    case 2:
      if (path.empty()) path.push_back(leaf);
      flip(path[*rc::gen::inRange<std::size_t>(0, path.size())]);
      break;
    case 3:
      other_index = *rc::gen::distinctFrom(rc::gen::inRange<std::uint64_t>(0, size + 3), index);
      break;
    case 4:
      if (path.empty() || *rc::gen::arbitrary<bool>())
        path.push_back(path.empty() ? leaf : path.back());
      else
        path.pop_back();
      break;
  }
  RC_ASSERT(!verify_inclusion(leaf, other_index, size, path, top).has_value());
}

// Goal:   a list that was changed before the first size cannot be passed off as its continuation.
// Method: random lists; the second differs in one entry of the first, or the proof or a root is changed. Sizes are their heads' to
//         vouch for: several can fit one proof.
RC_GTEST_PROP(Merkle, NoRewrittenListPasses, ()) {
  const auto second = *rc::gen::inRange<std::uint64_t>(2, 200);
  const auto first = *rc::gen::inRange<std::uint64_t>(1, second);
  const List list = list_of(second);
  auto path = *prove_consistency(first, second, list.nodes());
  Digest first_root = *root(first, list.nodes());
  Digest second_root = *root(second, list.nodes());
  RC_ASSERT(verify_consistency(first, first_root, second, second_root, path).has_value());
  const auto bit = *rc::gen::inRange<std::size_t>(0, 256);
  const auto flip = [bit](Digest& digest) { digest.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8); };
  switch (*rc::gen::inRange(0, 5)) {
    case 0: {
      const auto changed = *rc::gen::inRange<std::uint64_t>(0, first);
      List rewritten;
      for (std::uint64_t i = 0; i < second; ++i) rewritten.add(as_bytes(i == changed ? "another" : std::to_string(i)));
      path = *prove_consistency(first, second, rewritten.nodes());
      second_root = *root(second, rewritten.nodes());
      break;
    }
    case 1:
      flip(first_root);
      break;
    case 2:
      flip(second_root);
      break;
    case 3:
      flip(path.at(*rc::gen::inRange<std::size_t>(0, path.size())));
      break;
    case 4:
      if (*rc::gen::arbitrary<bool>())
        path.push_back(path.back());
      else
        path.pop_back();
      break;
  }
  RC_ASSERT(!verify_consistency(first, first_root, second, second_root, path).has_value());
}

// Goal:   nothing that a stranger sends makes a verifier read or loop beyond its bounds, and random proofs prove nothing.
// Method: arbitrary numbers and nodes.
RC_GTEST_PROP(Merkle, RandomProofsProveNothing, (std::uint64_t first, std::uint64_t second)) {
  std::vector<Digest> path(*rc::gen::inRange<std::size_t>(0, 80));
  for (Digest& each : path) each.bytes.fill(*rc::gen::arbitrary<std::uint8_t>());
  const Digest one = hash_leaf(as_bytes("one"));
  const Digest two = hash_leaf(as_bytes("two"));
  RC_ASSERT(!verify_inclusion(one, first, second, path, two).has_value());
  RC_ASSERT(!verify_consistency(first, one, second, two, path).has_value());
}

}  // namespace
}  // namespace gstd::merkle
