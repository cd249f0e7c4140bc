#include "hostile/hostile_fixture.hpp"
#include "hostile/module_writer.hpp"

namespace gstd::wasm {

using hostile::Place;
using hostile::sections_of;

class MalformedTest : public HostileFixture {
 protected:
  void SetUp() override {
    HostileFixture::SetUp();
    if (!sandbox_) return;
#ifdef GSTD_TEST_EXAMPLE_GUESTS_DIR
    real_ = read_file(GSTD_TEST_EXAMPLE_GUESTS_DIR "/echo.wasm");
#else
    real_ = read_guest("echo");
#endif
    small_ = read_guest("hostile/overlapping_read");
  }

  /// Either a refusal of the module, or a module that does what it likes within its limits; never the host's trouble.
  /// Whether it was accepted.
  bool expect_contained(BytesView bytes) {
    auto module = sandbox_->compile(bytes);
    if (!module) {
      expect_refusal(module.error());
      return false;
    }
    RunLimits limits = hostile_limits();
    limits.fuel = 50'000;
    const Outcome outcome = run(*module, "input", limits);
    EXPECT_TRUE(is_comparable(outcome.kind)) << to_string(outcome.kind) << ": " << outcome.message;
    return true;
  }

  /// The module with [from, to) replaced.
  static Bytes replaced(const Bytes& module, std::size_t from, std::size_t to, BytesView with) {
    Bytes out(module.begin(), module.begin() + static_cast<std::ptrdiff_t>(from));
    hostile::put(out, with);
    hostile::put(out, BytesView{module}.subspan(to));
    return out;
  }

  static BytesView bytes_of(const Bytes& module, const Place& place) {
    return BytesView{module}.subspan(place.start, place.end - place.start);
  }

  Bytes real_;   // what a C compiler makes, with every section that it uses
  Bytes small_;  // of a few hundred bytes, for what is done to every byte
};

// Goal:   a module that ends early is refused, wherever it ends.
// Method: every beginning of a module made by a C compiler. Only at the end of a section may the rest be a module of its own.
TEST_F(MalformedTest, TruncatedAnywhere) {
  std::vector<bool> is_boundary(real_.size(), false);
  for (const Place& place : sections_of(real_)) is_boundary[place.start] = true;
  for (std::size_t length = 0; length < real_.size(); ++length) {
    const bool accepted = expect_contained(BytesView{real_}.first(length));
    EXPECT_TRUE(is_boundary[length] || !accepted) << "cut to " << length << " bytes";
  }
  EXPECT_TRUE(expect_contained(real_));
  expect_unharmed();
}

// Goal:   no flipped bit in what holds a module together brings anything down.
// Method: every bit of the bytes around each section's start: the last of the one before, id, length, count, and what follows.
TEST_F(MalformedTest, FlippedAroundBoundaries) {
  constexpr std::size_t kBefore = 2;
  constexpr std::size_t kBehind = 6;
  for (const Bytes* module : {&real_, &small_}) {
    for (const Place& place : sections_of(*module)) {
      const std::size_t last = std::min(place.content + kBehind, module->size());
      for (std::size_t at = place.start - kBefore; at < last; ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
          Bytes damaged = *module;
          damaged[at] ^= static_cast<std::uint8_t>(1u << bit);
          SCOPED_TRACE("bit " + std::to_string(bit) + " of byte " + std::to_string(at));
          expect_contained(damaged);
        }
      }
    }
  }
  expect_unharmed();
}

// Goal:   no byte of a module matters to the host.
// Method: every bit of a small guest.
TEST_F(MalformedTest, FlippedAnywhere) {
  for (std::size_t at = 0; at < small_.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes damaged = small_;
      damaged[at] ^= static_cast<std::uint8_t>(1u << bit);
      SCOPED_TRACE("bit " + std::to_string(bit) + " of byte " + std::to_string(at));
      expect_contained(damaged);
    }
  }
  expect_unharmed();
}

// Goal:   sections come once and in order.
// Method: each section but custom ones twice, each two neighbours in the other order.
TEST_F(MalformedTest, DuplicateAndMisorderedSections) {
  const auto places = sections_of(real_);
  ASSERT_GT(places.size(), 5u);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].id == 0) continue;
    SCOPED_TRACE("section " + std::to_string(places[i].id));
    EXPECT_FALSE(expect_contained(replaced(real_, places[i].end, places[i].end, bytes_of(real_, places[i]))));
    if (i + 1 == places.size() || places[i + 1].id == 0) continue;
    Bytes swapped(bytes_of(real_, places[i + 1]).begin(), bytes_of(real_, places[i + 1]).end());
    hostile::put(swapped, bytes_of(real_, places[i]));
    EXPECT_FALSE(expect_contained(replaced(real_, places[i].start, places[i + 1].end, swapped)));
  }
  // Without one, the others may or may not make sense.
  for (const Place& place : places) expect_contained(replaced(real_, place.start, place.end, {}));
  expect_unharmed();
}

// Goal:   a section whose length is a lie is refused, and so is a count.
// Method: each length one too small, one too large, nothing, and as large as can be said; each count as large as can be said.
TEST_F(MalformedTest, LengthsAndCountsThatLie) {
  for (const Place& place : sections_of(real_)) {
    if (place.id == 0) continue;
    SCOPED_TRACE("section " + std::to_string(place.id));
    const std::uint64_t length = place.end - place.content;
    for (std::uint64_t lie : {length - 1, length + 1, std::uint64_t{0}, std::uint64_t{UINT32_MAX}}) {
      Bytes leb;
      hostile::put_leb(leb, lie);
      EXPECT_FALSE(expect_contained(replaced(real_, place.start + 1, place.content, leb))) << lie;
    }
    // Five bytes of count over whatever lies there: the length stays, the entries are not there.
    if (length < 5) continue;
    Bytes count;
    hostile::put_leb(count, UINT32_MAX);
    EXPECT_FALSE(expect_contained(replaced(real_, place.content, place.content + count.size(), count)));
  }
  expect_unharmed();
}

// Goal:   numbers may be padded as linkers pad them, to five bytes and no more, and then mean the same.
// Method: each section's length in five bytes: same outcome, output and fuel; in six, and with bits beyond 32: refused.
TEST_F(MalformedTest, OversizedNumbers) {
  const Outcome plain = run(compile(real_), "padded");
  for (const Place& place : sections_of(real_)) {
    SCOPED_TRACE("section " + std::to_string(place.id));
    const std::uint64_t length = place.end - place.content;
    const auto with_length = [&](const Bytes& leb) { return replaced(real_, place.start + 1, place.content, leb); };
    Bytes leb;
    hostile::put_padded_leb(leb, length, 5);
    const Outcome padded = run(compile(with_length(leb)), "padded");
    EXPECT_EQ(padded.kind, plain.kind);
    EXPECT_EQ(padded.output, plain.output);
    EXPECT_EQ(padded.fuel_used, plain.fuel_used);
    leb.back() = 0x10;  // bit 32
    EXPECT_FALSE(expect_contained(with_length(leb)));
    leb.clear();
    hostile::put_padded_leb(leb, length, 6);
    EXPECT_FALSE(expect_contained(with_length(leb)));
  }
  expect_unharmed();
}

// Goal:   a custom section changes nothing, wherever it lies; one that is broken is refused.
// Method: one between any two sections: same output and fuel; one whose name is longer than itself.
TEST_F(MalformedTest, CustomSectionsAnywhere) {
  const Outcome plain = run(compile(real_), "custom");
  Bytes content;
  hostile::put_name(content, "nothing");
  hostile::put(content, as_bytes("\x01\xff\x00 of meaning"));
  Bytes good;
  hostile::put_section(good, hostile::Section::custom, content);
  Bytes bad;
  hostile::put_section(bad, hostile::Section::custom, Bytes{100, 'a'});
  for (const Place& place : sections_of(real_)) {
    const Outcome outcome = run(compile(replaced(real_, place.start, place.start, good)), "custom");
    EXPECT_EQ(outcome.output, plain.output);
    EXPECT_EQ(outcome.fuel_used, plain.fuel_used);
    EXPECT_FALSE(expect_contained(replaced(real_, place.start, place.start, bad))) << "before section " << int{place.id};
  }
  expect_unharmed();
}

}  // namespace gstd::wasm
