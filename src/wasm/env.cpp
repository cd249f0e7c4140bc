#include "wasm/env.hpp"

#include "wasm/env_functions.hpp"
#include "wasm/number_text.hpp"
#include "wasm/wasi.hpp"

namespace gstd::wasm {
namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;

void log_line(World& world, std::string_view line) {
  const std::size_t room = world.limits.log_bytes_max - world.log.size();
  if (room == 0) return;
  world.log.append(line.substr(0, room - 1));
  world.log += '\n';
}

// The platform's copy of the bytes throws where they are not all there, which ends its guest.
Answer log_string(World& world, const std::uint64_t* a) {
  const auto text = world.memory.slice(a[0], a[1]);
  if (!text) {
    world.bad_region = true;
    return Answer::end_of_run();
  }
  log_line(world, as_text(*text));
  return Answer::none();
}

Answer log_f64(World& world, const std::uint64_t* a) {
  log_line(world, number_text(std::bit_cast<double>(a[0])));
  return Answer::none();
}

Answer log_i32(World& world, const std::uint64_t* a) {
  log_line(world, std::to_string(static_cast<std::int32_t>(a[0])));
  return Answer::none();
}

Answer log_i64(World& world, const std::uint64_t* a) {
  log_line(world, std::to_string(static_cast<std::int64_t>(a[0])));
  return Answer::none();
}

// The virtual clock of the run, which moves by being read.
std::uint64_t read_clock_ms(World& world) {
  const std::uint64_t ms = world.clock_ns / kNsPerMs;
  world.clock_ns += kClockStepNs;
  return ms;
}

Answer get_time_i32(World& world, const std::uint64_t*) { return Answer::i32(static_cast<std::uint32_t>(read_clock_ms(world))); }
Answer get_time_f64(World& world, const std::uint64_t*) { return Answer::f64(static_cast<double>(read_clock_ms(world))); }

Answer get_input_length(World& world, const std::uint64_t*) { return Answer::i32(static_cast<std::uint32_t>(world.input.size())); }

Answer get_input_byte(World& world, const std::uint64_t* a) {
  return Answer::i32(a[0] < world.input.size() ? world.input[a[0]] : 0);
}

Answer set_output_length(World& world, const std::uint64_t* a) {
  const auto length = static_cast<std::int32_t>(a[0]);
  world.env_output_length = length < 0 ? 0 : std::min(static_cast<std::uint32_t>(length), kEnvOutputBytesMax);
  return Answer::none();
}

Answer set_output_byte(World& world, const std::uint64_t* a) {
  if (a[0] >= kEnvOutputBytesMax) return Answer::none();
  if (a[0] >= world.env_output.size()) world.env_output.resize(a[0] + 1);
  world.env_output[a[0]] = static_cast<std::uint8_t>(a[1]);
  return Answer::none();
}

// The platform seeds by its JSON.stringify() of the input, which is the text that it passes to the guest.
double draw(World& world) {
  if (!world.env_random) world.env_random = env_random_seed(as_text(world.input));
  return env_random_next(*world.env_random);
}

Answer get_random_f64(World& world, const std::uint64_t*) { return Answer::f64(draw(world)); }

// As an integer every number below 1 is 0; the generator moves on all the same.
Answer get_random_i32(World& world, const std::uint64_t*) {
  draw(world);
  return Answer::i32(0);
}

// The platform's stubs of WASI say that they succeeded and touch no memory.
Answer do_nothing(World&, const std::uint64_t*) { return Answer::i32(0); }

Answer proc_exit(World& world, const std::uint64_t* a) {
  world.exit_code = static_cast<std::int32_t>(a[0]);
  return Answer::end_of_run();
}

constexpr std::array kFunctions{
    HostFunction{kEnvModule, "log_string", "ii", 0, log_string},
    HostFunction{kEnvModule, "log_number", "d", 0, log_f64},
    HostFunction{kEnvModule, "log_number", "i", 0, log_i32},
    HostFunction{kEnvModule, "log_number", "I", 0, log_i64},
    HostFunction{kEnvModule, "get_time_ms", "", 'i', get_time_i32},
    HostFunction{kEnvModule, "get_time_ms", "", 'd', get_time_f64},
    HostFunction{kEnvModule, "get_input_length", "", 'i', get_input_length},
    HostFunction{kEnvModule, "get_input_byte", "i", 'i', get_input_byte},
    HostFunction{kEnvModule, "set_output_length", "i", 0, set_output_length},
    HostFunction{kEnvModule, "set_output_byte", "ii", 0, set_output_byte},
    HostFunction{kEnvModule, "get_random", "", 'd', get_random_f64},
    HostFunction{kEnvModule, "get_random", "", 'i', get_random_i32},
    HostFunction{kWasiModule, "args_get", "ii", 'i', do_nothing},
    HostFunction{kWasiModule, "args_sizes_get", "ii", 'i', do_nothing},
    HostFunction{kWasiModule, "clock_time_get", "iIi", 'i', do_nothing},
    HostFunction{kWasiModule, "environ_get", "ii", 'i', do_nothing},
    HostFunction{kWasiModule, "environ_sizes_get", "ii", 'i', do_nothing},
    HostFunction{kWasiModule, "fd_close", "i", 'i', do_nothing},
    HostFunction{kWasiModule, "fd_read", "iiii", 'i', do_nothing},
    HostFunction{kWasiModule, "fd_seek", "iIii", 'i', do_nothing},
    HostFunction{kWasiModule, "fd_write", "iiii", 'i', do_nothing},
    HostFunction{kWasiModule, "proc_exit", "i", 0, proc_exit},
};
static_assert(kFunctions.size() == kEnvFunctions.size() + kEnvWasiFunctions.size(), "the module check admits what is here");

std::string result_text(char type, std::uint64_t bits) {
  switch (type) {
    case 'i':
      return std::to_string(static_cast<std::int32_t>(bits));
    case 'I':
      return std::to_string(static_cast<std::int64_t>(bits));
    case 'f':
      return json_number(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case 'd':
      return json_number(std::bit_cast<double>(bits));
    default:
      return "null";
  }
}

}  // namespace

std::span<const HostFunction> env_functions() noexcept { return kFunctions; }

void finish_env(World& world, char type, std::uint64_t bits) {
  Bytes output = std::move(world.env_output);
  if (world.env_output_length > 0) {
    output.resize(world.env_output_length);
  } else {
    const std::string text = result_text(type, bits);
    output.assign(text.begin(), text.end());
  }
  if (output.size() > world.limits.output_bytes_max) {
    world.output_overflowed = true;
  } else {
    world.output = std::move(output);
  }
}

}  // namespace gstd::wasm
