#include "sandbox_fixture.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <cerrno>
#include <cstddef>
#include <thread>

namespace gstd::wasm {
namespace {

// From here on the kernel gives the calling thread, and those that it starts, no memory to execute. False: it does not let us.
bool refuse_executable_memory() {
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 2 * sizeof(std::uint64_t)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(steps)), steps};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

class ModuleTest : public SandboxFixture {
 protected:
  void expect_refused(BytesView bytes, std::string_view hint) {
    const auto module = sandbox_->compile(bytes);
    ASSERT_FALSE(module);
    EXPECT_EQ(module.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(module.error().reason, "module_invalid");
    EXPECT_NE(module.error().message.find(hint), std::string::npos) << module.error().message;
  }
};

// Goal:   a module is known by its digest, whoever compiles it.
// Method: compiled twice, in two sandboxes, and inspected; the digest is that of `sha256sum` over the eight bytes of an empty
// module
//         for inspect(), which has no profile.
TEST_F(ModuleTest, IsNamedByItsDigest) {
  const Bytes bytes = read_guest("hello");
  const auto other = create({});
  const auto twin = other->compile(bytes);
  ASSERT_TRUE(twin);
  EXPECT_EQ(compile(bytes).sha256(), twin->sha256());
  EXPECT_EQ(inspect(bytes)->sha256, twin->sha256());
  const Bytes empty{0, 'a', 's', 'm', 1, 0, 0, 0};
  EXPECT_EQ(inspect(empty)->sha256.hex(), "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476");
}

// Goal:   what is not a WebAssembly module is refused.
// Method: nothing, text, a wrong version, and a module that is too large.
TEST_F(ModuleTest, RefusesWhatIsNotAModule) {
  expect_refused({}, "at byte 0");
  expect_refused(as_bytes("#!/bin/sh\nexit 0\n"), "at byte 0");
  expect_refused(Bytes{0, 'a', 's', 'm', 2, 0, 0, 0}, "not a module");
  expect_refused(Bytes(kModuleBytesMax + 1), "bytes");
}

// Goal:   text of a module is not read as a module: the engine is built without that.
// Method: the source of a guest.
TEST_F(ModuleTest, RefusesModulesAsText) { expect_refused(as_bytes("(module (memory (export \"memory\") 1))"), "not a module"); }

// Goal:   the profile's refusals name what they refuse.
// Method: one guest for each.
TEST_F(ModuleTest, RefusesWhatTheProfileExcludes) {
  expect_refused(read_guest("import_foreign"), "`open_door` from `env`");
  expect_refused(read_guest("import_unknown"), "`fd_teleport`");
  expect_refused(read_guest("import_type"), "fd_close");
  expect_refused(read_guest("import_memory"), "`fd_close`");
  expect_refused(read_guest("no_start"), "`_start`");
  expect_refused(read_guest("start_signature"), "`_start`");
  expect_refused(read_guest("start_not_function"), "`_start`");
  expect_refused(read_guest("no_memory"), "`memory`");
  expect_refused(read_guest("memory_not_exported"), "`memory`");
}

// Goal:   that this machine cannot compile a valid module is no verdict on the module.
// Method: a thread to which the kernel gives no executable memory compiles a guest; what is invalid is refused as ever.
TEST_F(ModuleTest, TellsTroubleInCompilingFromAnInvalidModule) {
  const Bytes bytes = read_guest("hello");
  bool refuses = false;
  std::optional<Result<Module>> module;
  std::thread{[&] {
    refuses = refuse_executable_memory();
    if (!refuses) return;
    module = sandbox_->compile(bytes);
    expect_refused(as_bytes("text"), "not a module");
  }}.join();
  if (!refuses) GTEST_SKIP() << "the kernel gives no filter for system calls";
  ASSERT_FALSE(*module);
  EXPECT_EQ(module->error().code, ErrorCode::resource_exhausted);
  EXPECT_EQ(module->error().reason, "compile");
  EXPECT_TRUE(sandbox_->compile(bytes));
}

// Goal:   proposals that the profile leaves out are refused.
// Method: the smallest module with a shared memory, a 64-bit memory, two memories.
// Source: binary format of WebAssembly 3.0, memory section (5), limits flags 3 and 4.
TEST_F(ModuleTest, RefusesExcludedProposals) {
  expect_refused(Bytes{0, 'a', 's', 'm', 1, 0, 0, 0, 5, 4, 1, 3, 1, 2}, "threads");
  expect_refused(Bytes{0, 'a', 's', 'm', 1, 0, 0, 0, 5, 3, 1, 4, 1}, "64-bit memory");
  expect_refused(Bytes{0, 'a', 's', 'm', 1, 0, 0, 0, 5, 5, 2, 0, 1, 0, 1}, "multiple memories");
}

// Goal:   no beginning of a valid module brings the compiler down, and none but the whole is accepted.
// Method: every prefix of a guest that ends with its code, without which it is none.
TEST_F(ModuleTest, RefusesEveryPrefix) {
  const Bytes bytes = read_guest("grow_then_exit");
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(sandbox_->compile(BytesView{bytes}.first(length))) << length;
  EXPECT_TRUE(sandbox_->compile(bytes));
}

// Goal:   no damage to a module brings compiler or sandbox down.
// Method: every byte of a guest replaced by another one from a fixed seed; what still compiles is run within small limits.
TEST_F(ModuleTest, SurvivesDamagedBytes) {
  const Bytes bytes = read_guest("echo");
  SeededRandom random{20260122};
  RunLimits limits = small_limits();
  limits.fuel = 100'000;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes damaged = bytes;
    std::uint8_t change = 0;
    random.fill({&change, 1});
    damaged[at] ^= static_cast<std::uint8_t>(change | 1);
    const auto module = sandbox_->compile(damaged);
    if (!module) continue;
    const auto outcome = sandbox_->run(*module, as_bytes("input"), limits);
    ASSERT_TRUE(outcome) << at << ": " << outcome.error().message;
    EXPECT_NE(outcome->kind, OutcomeKind::host_failure) << at << ": " << outcome->message;
  }
}

// Goal:   code nested as deeply as a function can hold does not overflow the compiler's stack.
// Method: one function of 50,000 blocks in each other, bytes made here.
TEST_F(ModuleTest, CompilesDeeplyNestedBlocks) {
  constexpr std::size_t kDepth = 50'000;
  const auto leb = [](Bytes& out, std::size_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
    out.push_back(static_cast<std::uint8_t>(value));
  };
  Bytes body{0};  // no locals
  for (std::size_t i = 0; i < kDepth; ++i) body.insert(body.end(), {0x02, 0x40});
  body.insert(body.end(), kDepth + 1, 0x0b);
  Bytes code{1};
  leb(code, body.size());
  code.insert(code.end(), body.begin(), body.end());

  Bytes bytes{0, 'a', 's', 'm', 1, 0, 0, 0};
  bytes.insert(bytes.end(), {1, 4, 1, 0x60, 0, 0});  // type () -> ()
  bytes.insert(bytes.end(), {3, 2, 1, 0});           // one function of it
  bytes.insert(bytes.end(), {5, 3, 1, 0, 1});        // one page
  bytes.insert(bytes.end(), {7, 19, 2, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 6, '_', 's', 't', 'a', 'r', 't', 0, 0});
  bytes.push_back(10);
  leb(bytes, code.size());
  bytes.insert(bytes.end(), code.begin(), code.end());
  EXPECT_EQ(run(compile(bytes)).kind, OutcomeKind::completed);
}

// Goal:   a module says what it wants and offers without being run or fitting the profile.
// Method: three guests with known contents.
TEST_F(ModuleTest, IsInspected) {
  const Bytes bytes = read_guest("hello");
  const auto hello = inspect(bytes);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->size_bytes, bytes.size());
  EXPECT_EQ(hello->imports, std::vector<std::string>{"wasi_snapshot_preview1.fd_write"});
  EXPECT_EQ(hello->exports, (std::vector<std::string>{"memory", "_start"}));
  EXPECT_EQ(hello->memory_pages_min, 1u);
  EXPECT_FALSE(hello->memory_pages_max);

  const auto bounded = inspect(read_guest("grow_own_maximum"));
  ASSERT_TRUE(bounded);
  EXPECT_EQ(bounded->memory_pages_max, 2u);

  const auto foreign = inspect(read_guest("import_foreign"));
  ASSERT_TRUE(foreign);
  EXPECT_EQ(foreign->imports, std::vector<std::string>{"env.open_door"});

  const auto garbage = inspect(as_bytes("garbage"));
  ASSERT_FALSE(garbage);
  EXPECT_EQ(garbage.error().reason, "module_invalid");
}

}  // namespace gstd::wasm
