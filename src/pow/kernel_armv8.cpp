// SHA-256 with the SHA-2 instructions that ARMv8 CPUs may have (Arm Architecture Reference Manual for A-profile, FEAT_SHA256),
// three nonces at a time.
//
// SHA256H and SHA256H2 do four rounds, each for its half of the state. On Neoverse N1 (its Software Optimization Guide) both take 4
// cycles, and one of them can start per cycle. So the next four rounds begin 5 cycles later; of the 5 starts, two messages use 4
// and three all. Three messages also leave registers to spare: each takes two for the state and four for the schedule, of
// thirty-two.
#include <arm_neon.h>

#include "pow/cpu.hpp"
#include "pow/kernel_groups.hpp"

namespace gstd::pow {
namespace {

struct Unit {
  static constexpr unsigned kMessages = 3;
  static constexpr bool kSigma1AddsW7 = true;
  using Words = uint32x4_t;
  struct State {
    Words abcd, efgh;
  };

  static Words load(const std::uint32_t* p) { return vld1q_u32(p); }
  static Words load_big_endian(const std::uint8_t* p) { return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p))); }
  static Words first(std::uint32_t x) { return vsetq_lane_u32(x, vdupq_n_u32(0), 0); }
  static Words add(Words x, Words y) { return vaddq_u32(x, y); }

  static State load_state(const std::uint32_t* state) { return {load(state), load(state + 4)}; }
  static void store_state(std::uint32_t* state, const State& s) {
    vst1q_u32(state, s.abcd);
    vst1q_u32(state + 4, s.efgh);
  }
  static State add(const State& s, const State& t) { return {add(s.abcd, t.abcd), add(s.efgh, t.efgh)}; }
  static std::uint32_t first_word(const State& s) { return vgetq_lane_u32(s.abcd, 0); }

  static void four_rounds(State& s, Words wk) {
    const Words abcd = s.abcd;
    s.abcd = vsha256hq_u32(abcd, s.efgh, wk);
    s.efgh = vsha256h2q_u32(s.efgh, abcd, wk);  // left out behind a search's last rounds, since only the first word is looked at
  }
  static Words add_sigma_0(Words w16, Words next) { return vsha256su0q_u32(w16, next); }
  static Words add_sigma_1(Words sum, Words second_newest, Words newest) { return vsha256su1q_u32(sum, second_newest, newest); }
};

}  // namespace

constexpr Kernel kArmv8Kernel{"armv8-sha2", Unit::kMessages, has_armv8_sha2, compress_groups<Unit>, search_groups<Unit>};

}  // namespace gstd::pow
