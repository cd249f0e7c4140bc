// Finding the runner, and children that are not what they should be.
#include <stdlib.h>
#include <unistd.h>
#include <filesystem>

#include "unit/wasm/sandbox_fixture.hpp"
#include "wasm/process/runner_path.hpp"

namespace gstd::wasm {
namespace {

namespace fs = std::filesystem;

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "gstd-runner-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Error refusal_of(const std::string& program) {
  auto sandbox = Sandbox::create({.isolation = Isolation::process, .runner_program = program});
  EXPECT_FALSE(sandbox);
  return sandbox ? Error{} : sandbox.error();
}

// A sandbox whose runner is the false one, by that name.
class FalseRunner : public testing::Test {
 protected:
  std::string called(const std::string& name) {
    fs::create_symlink(GSTD_TEST_FALSE_RUNNER, folder_.path() / name);
    return (folder_.path() / name).string();
  }

  Result<Sandbox> sandbox(const std::string& name) {
    return Sandbox::create({.slot_memory_bytes_max = 16u << 20, .isolation = Isolation::process, .runner_program = called(name)});
  }

  Folder folder_;
};

// Goal:   a runner that is not there, or no program, is told by its own reason and with the remedy.
// Method: each way of naming one, wrongly; the environment's is put back.
TEST(FindRunner, NamesWhatIsMissing) {
  const Folder folder;
  std::ofstream{folder.path() / "text"} << "no program";
  for (const auto& path : {folder.path() / "nothing", folder.path() / "text", folder.path()}) {
    const auto found = process::find_runner(path);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(found.error().reason, "runner_missing");
    EXPECT_NE(found.error().message.find(path.string()), std::string::npos) << found.error().message;
  }
  ASSERT_EQ(setenv("GSTD_RUNNER", "/nowhere/gstd-runner", 1), 0);
  const auto by_environment = process::find_runner({});
  const auto by_option = process::find_runner(GSTD_TEST_RUNNER);
  unsetenv("GSTD_RUNNER");
  ASSERT_FALSE(by_environment);
  EXPECT_NE(by_environment.error().message.find("GSTD_RUNNER"), std::string::npos) << by_environment.error().message;
  EXPECT_EQ(*by_option, GSTD_TEST_RUNNER) << "the option comes first";
  EXPECT_EQ(refusal_of("/nowhere").reason, "runner_missing");
}

// Goal:   a file that lies where the runner would, but that anybody may write, is not run.
// Method: beside this program, which holds the library's code; then with mended permissions.
TEST(FindRunner, DistrustsWhatStrangersMayWrite) {
  const fs::path beside = fs::canonical("/proc/self/exe").parent_path() / "gstd-runner";
  ASSERT_FALSE(fs::exists(beside));
  fs::copy_file("/bin/true", beside);
  fs::permissions(beside, fs::perms::all);
  const auto open_to_all = process::find_runner({});
  fs::permissions(beside, fs::perms::owner_all);
  const auto owned = process::find_runner({});
  fs::remove(beside);
  EXPECT_TRUE(!open_to_all || *open_to_all != beside);
  ASSERT_TRUE(owned);
  EXPECT_EQ(*owned, beside);
}

// Goal:   a program of another version, or another program, is refused before any module is given to it.
// Method: the false runner's hellos; /bin/cat, which sends back what it hears.
TEST_F(FalseRunner, IsRefusedAtTheHandshake) {
  for (const char* name : {"older", "revised", "foreign"}) {
    const auto error = refusal_of(called(name));
    EXPECT_EQ(error.code, ErrorCode::failed_precondition) << name;
    EXPECT_EQ(error.reason, "runner_mismatch") << name;
  }
  for (const char* name : {"exits", "crashes"}) {
    const auto error = refusal_of(called(name));
    EXPECT_EQ(error.code, ErrorCode::unavailable) << name;
    EXPECT_EQ(error.reason, "runner_start") << name;
  }
  EXPECT_EQ(refusal_of("/bin/cat").reason, "runner_start");
}

// Goal:   whatever a child says to a request to compile, the host has an error, and says nothing about the module.
// Method: answers that are none, too long, or about another module.
TEST_F(FalseRunner, CannotPassOffCode) {
  for (const char* name : {"compile_garbage", "compile_too_long", "compile_other_module"}) {
    auto liar = sandbox(name);
    ASSERT_TRUE(liar) << liar.error().message;
    const auto module = liar->compile(read_guest("noop"));
    ASSERT_FALSE(module) << name;
    EXPECT_EQ(module.error().code, ErrorCode::resource_exhausted) << name;
    EXPECT_EQ(module.error().reason, "compile") << name;
  }
}

// Goal:   whatever a child says to a request to run, or does instead, is the host's failure, and never an outcome that counts.
// Method: every misbehaviour of the false runner; two runs each.
TEST_F(FalseRunner, CannotPassOffAnOutcome) {
  for (const char* name : {"run_garbage", "run_too_long", "run_other_kind", "run_half", "run_closes", "run_exits", "run_crashes",
                           "run_too_much_output", "run_too_much_fuel", "run_no_kind"}) {
    auto liar = sandbox(name);
    ASSERT_TRUE(liar) << liar.error().message;
    const auto module = liar->compile(read_guest("noop"));
    ASSERT_TRUE(module) << name << module.error().message;
    for (int i = 0; i < 2; ++i) {
      const auto outcome = liar->run(*module, {}, small_limits());
      ASSERT_TRUE(outcome) << name << outcome.error().message;
      EXPECT_EQ(outcome->kind, OutcomeKind::host_failure) << name;
      EXPECT_FALSE(outcome->message.empty()) << name;
      EXPECT_TRUE(outcome->output.empty()) << name;
    }
  }
}

}  // namespace
}  // namespace gstd::wasm
