#include <thread>

#include "sandbox_fixture.hpp"

namespace gstd::wasm {

class JavascriptTest : public SandboxFixture {
 protected:
  // Compiling the engine takes seconds, so all tests of one process share it.
  static void SetUpTestSuite() {
    if (!is_available() || javascript_engine().empty()) return;
    shared_ = create({.slots = 4, .slot_memory_bytes_max = 64u << 20});
    auto module = shared_->compile(javascript_engine());
    ASSERT_TRUE(module) << module.error().message;
    engine_ = *std::move(module);
  }
  static void TearDownTestSuite() { shared_.reset(); }

  void SetUp() override {
    if (!shared_) GTEST_SKIP() << "built without JavaScript";
  }

  static RunLimits limits() {
    RunLimits limits;
    limits.fuel = 2'000'000'000;
    limits.memory_bytes_max = 16u << 20;
    return limits;
  }

  static Outcome eval(std::string_view script, std::string_view input = {}, const RunLimits& run_limits = limits()) {
    const auto framed = javascript_input(script, input);
    EXPECT_TRUE(framed) << framed.error().message;
    auto outcome = shared_->run(engine_, framed ? BytesView{*framed} : BytesView{}, run_limits);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *std::move(outcome) : Outcome{};
  }

  struct Case {
    std::string_view script;
    std::string_view input;
    std::string_view output;
  };

  static void expect_results(std::initializer_list<Case> cases) {
    for (const auto& c : cases) {
      const Outcome outcome = eval(c.script, c.input);
      EXPECT_EQ(outcome.kind, OutcomeKind::completed) << c.script << "\n" << outcome.log << outcome.message;
      EXPECT_EQ(as_text(outcome.output), c.output) << c.script;
    }
  }

  struct Failure {
    std::string_view script;
    std::string_view input;
    std::string_view log_starts;
  };

  static void expect_failures(std::initializer_list<Failure> failures) {
    for (const auto& f : failures) {
      const Outcome outcome = eval(f.script, f.input);
      EXPECT_EQ(outcome.kind, OutcomeKind::exited) << f.script << "\n" << outcome.message;
      EXPECT_EQ(outcome.exit_code, 1) << f.script;
      EXPECT_TRUE(outcome.log.starts_with(f.log_starts)) << f.script << "\n" << outcome.log;
      EXPECT_TRUE(outcome.output.empty()) << f.script;
    }
  }

  static std::unique_ptr<Sandbox> shared_;
  static Module engine_;
};

std::unique_ptr<Sandbox> JavascriptTest::shared_;
Module JavascriptTest::engine_;

// Goal:   with the pinned toolchain the module is the pinned one, bit for bit, so that all who have it name one hash.
// Method: CMake hands over the hash of MODULE.sha256 where this build's compiler and C library are those that it names.
TEST_F(JavascriptTest, ModuleIsTheOneThatIsPinned) {
  const std::string_view pinned = GSTD_TEST_JAVASCRIPT_SHA256;
  if (pinned.empty()) GTEST_SKIP() << "built by another compiler or C library than MODULE.sha256 names";
  EXPECT_EQ(engine_.sha256().hex(), pinned);
}

// Goal:   the result is the script's completion value as JSON; `input` is the parsed document.
// Method: one script for each kind of value and each feature of the language that a task is likely to use.
TEST_F(JavascriptTest, ResultIsTheCompletionValue) {
  expect_results({
      {"1+1", "", "2"},
      {"const x = 20; x * 2 + 2", "", "42"},
      {"", "", "null"},
      {"undefined", "", "null"},
      {"input", "", "null"},
      {"input", R"( {"b":[1,2.50,true,null,"\u00e9"],"a":{}} )", "{\"b\":[1,2.5,true,null,\"é\"],\"a\":{}}"},
      {"[NaN, Infinity, -0, 1e21, 0.1 + 0.2, 2 ** 53]", "", "[null,null,0,1e+21,0.30000000000000004,9007199254740992]"},
      {"[undefined, () => 1, Symbol('s'), new Date(0), {u: undefined}]", "", "[null,null,null,\"1970-01-01T00:00:00.000Z\",{}]"},
      {"input.map(x => x * x).filter(x => x % 2).reduce((a, b) => a + b, 0)", "[1,2,3,4,5]", "35"},
      {"input.orders.filter(o => o.total > 10).map(({id, total}) => ({id, cents: total * 100})).sort((a, b) => b.cents - a.cents)",
       R"({"orders":[{"id":"a","total":12},{"id":"b","total":7},{"id":"c","total":40.5}]})",
       R"([{"id":"c","cents":4050},{"id":"a","cents":1200}])"},
      {"[3, 20, 100, 1].sort()", "", "[1,100,20,3]"},
      {"Object.entries(Object.groupBy(input, w => w.length)).map(([n, w]) => n + ':' + w.join('+'))", R"(["a","bb","c","dd"])",
       R"(["1:a+c","2:bb+dd"])"},
      {"input.replace(/(?<first>\\w)(\\w*)/g, (m, a, b) => a.toUpperCase() + b)", R"("the quick fox")", R"("The Quick Fox")"},
      {"[...'2026-11-22'.matchAll(/\\d+/g)].map(m => [m[0], m.index])", "", R"([["2026",0],["11",5],["22",8]])"},
      {"const make = () => { let n = 0; return () => ++n; }; const a = make(), b = make(); a(); a(); b(); [a(), b()]", "", "[3,2]"},
      {"function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b]; } }"
       "const out = []; for (const n of fib()) { if (n > 50) break; out.push(n); } out",
       "", "[0,1,1,2,3,5,8,13,21,34]"},
      {"class A { #x = 1; get x() { return this.#x; } } class B extends A { toJSON() { return super.x + 1; } } new B()", "", "2"},
      {"const m = new Map([[1, 'a']]); m.set('k', new Set([1])); [...m.keys()]", "", "[1,\"k\"]"},
      {"(2n ** 64n).toString()", "", "\"18446744073709551616\""},
      {"Array.from(new Float32Array([0.1]))", "", "[0.10000000149011612]"},
      {"[Math.sin(1), Math.exp(1), Math.pow(2, 0.5), Math.hypot(3, 4)]", "",
       "[0.8414709848078965,2.718281828459045,1.4142135623730951,5]"},
  });
}

// Goal:   promises are followed until nothing is left to run.
// Method: async functions, chains, a script whose value is a promise of a promise; jobs that a promise does not wait for.
TEST_F(JavascriptTest, PromisesAreFollowed) {
  expect_results({
      {"(async () => { const parts = await Promise.all([1, 2, 3].map(async x => x * input)); return parts; })()", "10",
       "[10,20,30]"},
      {"Promise.reject(new Error('no')).catch(e => e.message)", "", "\"no\""},
      {"Promise.resolve(Promise.resolve({a: 1}))", "", "{\"a\":1}"},
      {"const out = []; queueMicrotask(() => out.push(2)); out.push(1); out", "", "[1,2]"},
      {"(async () => { for await (const x of (async function* () { yield 1; yield 2; })()) input.push(x); return input; })()",
       "[0]", "[0,1,2]"},
      // The listener comes a turn later than the rejection.
      {"const p = Promise.reject(1); Promise.resolve().then(() => p.catch(() => 0)); 'fine'", "", "\"fine\""},
  });
  expect_failures({
      {"new Promise(() => {})", "", "the script's promise never settles"},
      {"(async () => { throw new TypeError('late'); })()", "", "uncaught (in promise) TypeError: late"},
      {"Promise.reject(new Error('nobody listens')); 1", "", "uncaught (in promise) Error: nobody listens"},
      {"queueMicrotask(() => { throw new Error('in a job'); }); 1", "", "uncaught "},
  });
}

// Goal:   whatever a script throws ends it with code 1, its message and where it was; so does what JSON cannot express.
// Method: errors of each phase: syntax, input, run, result.
TEST_F(JavascriptTest, FailuresAreExplained) {
  expect_failures({
      {"throw new Error('boom')", "", "uncaught Error: boom\n    at <eval> (script.js:1:"},
      {"let a = ;", "", "uncaught SyntaxError: "},
      {"throw {code: 7}", "", "uncaught {\"code\":7}"},
      {"throw null", "", "uncaught null"},
      {"throw Symbol('s')", "", "uncaught a symbol"},
      {"throw {toJSON() { throw 1; }, toString() { throw 2; }}", "", "uncaught a value without text"},
      {"undefinedName", "", "uncaught ReferenceError: undefinedName is not defined"},
      {"null.x", "", "uncaught TypeError: "},
      {"1", "{\"a\":}", "the input is not JSON: SyntaxError: "},
      {"1", "[1] 2", "the input is not JSON: SyntaxError: "},
      {"const a = {}; a.a = a; a", "", "the result cannot be written as JSON: TypeError: circular reference"},
      {"({n: 1n})", "", "the result cannot be written as JSON: TypeError: "},
      {"(() => 1)", "", "the result cannot be written as JSON: it is a function or a symbol"},
      {"import('fs')", "", "uncaught (in promise) "},
      {"require('fs')", "", "uncaught ReferenceError: "},
      {"std.exit(0)", "", "uncaught ReferenceError: "},
  });
  const Outcome deep = eval("function a() { b(); }\nfunction b() {\n  throw new RangeError('here');\n}\na();");
  EXPECT_EQ(deep.log,
            "uncaught RangeError: here\n    at b (script.js:3:13)\n    at a (script.js:1:15)\n    at <eval> (script.js:5:1)\n\n");
}

// Goal:   console writes to the log, one line a call, and never into the result.
// Method: several values at once, of each kind.
TEST_F(JavascriptTest, ConsoleIsTheLog) {
  const Outcome outcome = eval("console.log('a', 1, null, {b: [2]}, undefined, 3n); console.error('c'); console.log(); 7");
  EXPECT_EQ(as_text(outcome.output), "7");
  EXPECT_EQ(outcome.log, "a 1 null {\"b\":[2]} undefined 3\nc\n\n");
}

// Goal:   texts outside ASCII survive; what is not UTF-8 or no character of its own harms nothing.
// Method: scripts and inputs of several planes; a lone surrogate; broken bytes.
TEST_F(JavascriptTest, Unicode) {
  expect_results({
      {"input + ' → ' + input.length + ' ' + [...input].length", "\"😀é\"", "\"😀é → 3 2\""},
      {"const größe = 'ß'; größe.toUpperCase()", "", "\"SS\""},
      {"'\\ud800'", "", "\"\\ud800\""},
      {"/^\\p{Lu}\\p{Ll}+$/u.test('Ёлка')", "", "true"},
      {"'e\\u0301'.normalize('NFC').length", "", "1"},
      {"'a\\u0000b'.length + input.length", "\"\\u0000\"", "4"},
  });
  const Outcome outcome = eval("'\xff\xfe'.length >= 0", "\"\xff\"");
  EXPECT_TRUE(outcome.kind == OutcomeKind::completed || outcome.exit_code == 1) << outcome.log;
}

// Goal:   a script has the time of day, the zone and the random numbers of its task, not of the machine.
// Method: clock at the epoch, UTC; numbers that differ with the task alone.
TEST_F(JavascriptTest, ClockAndRandomBelongToTheTask) {
  expect_results({
      {"new Date().getFullYear()", "", "1970"},
      {"new Date(2026, 0, 1).toISOString()", "", "\"2026-01-01T00:00:00.000Z\""},
      {"new Date().getTimezoneOffset()", "", "0"},
      {"const a = Date.now(), b = Date.now(); b - a", "", "1"},
      {"const r = Math.random(); r >= 0 && r < 1 && r !== Math.random()", "", "true"},
  });
  const std::string_view draw = "[Math.random(), Math.random()]";
  EXPECT_EQ(eval(draw, "1").output, eval(draw, "1").output);
  EXPECT_NE(eval(draw, "1").output, eval(draw, "2").output);
}

// Goal:   the limits of the sandbox hold for scripts, each with its own outcome.
// Method: a loop, a hog, an output that is too long; a regular expression that backtracks; a sort that never ends.
TEST_F(JavascriptTest, LimitsHold) {
  for (const char* endless : {"for (;;);", "while (true) [1, 2, 3].sort(() => 0);", "/^(a+)+$/.test('a'.repeat(40) + 'b')",
                              "(async () => { for (;;) await 0; })()"}) {
    const Outcome outcome = eval(endless);
    EXPECT_EQ(outcome.kind, OutcomeKind::fuel_exhausted) << endless;
    EXPECT_EQ(outcome.fuel_used, limits().fuel);
  }
  for (const char* hog : {"const a = []; for (;;) a.push(new Array(1000).fill(1.5));",
                          "let s = 'x'.repeat(1 << 20); const a = []; for (;;) a.push(s + a.length);", "new Uint8Array(1 << 30)"}) {
    const Outcome outcome = eval(hog);
    EXPECT_EQ(outcome.kind, OutcomeKind::memory_limit) << hog << "\n" << outcome.log;
  }
  expect_results({{"try { new Uint8Array(1 << 30); } catch (e) { 'caught ' + e.message; }", "", "\"caught out of memory\""}});
  RunLimits small = limits();
  small.output_bytes_max = 1000;
  EXPECT_EQ(eval("'x'.repeat(10000)", "", small).kind, OutcomeKind::output_limit);
  small.wall_time = std::chrono::milliseconds{50};
  small.fuel = kFuelMax;
  EXPECT_EQ(eval("for (;;);", "", small).kind, OutcomeKind::timed_out);
}

// Goal:   JavaScript's own recursion ends in a RangeError, which a script may catch, and some hundred calls fit.
// Method: every way in which scripts come to call themselves; the native stack must not be the first to end.
TEST_F(JavascriptTest, RecursionIsARangeError) {
  for (const char* body :
       {"function f() { f(); } f();", "function f(...a) { return [1].map(() => f(...a)); } f(1, 2, 3);",
        "class A { get x() { return this.x; } } new A().x;", "class B { constructor() { new B(); } } new B();",
        "const p = new Proxy({}, {get(t, k, r) { return r[k]; }}); p.x;", "const o = {toString() { return `${o}`; }}; `${o}`;",
        "function s() { return [2, 1].sort(s); } s();", "function* g() { yield* g(); } [...g()];",
        "function r() { return 'a'.replace(/a/, r); } r();", "function a() { Reflect.apply(a, null, []); } a();",
        "let d = {}; for (let i = 0; i < 50000; ++i) d = {d}; JSON.stringify(d);", "JSON.parse('['.repeat(50000));",
        "let d = []; for (let i = 0; i < 50000; ++i) d = [d]; d.flat(Infinity);"}) {
    const Outcome outcome = eval("let name = 'none'; try { " + std::string(body) + " } catch (e) { name = e.name; } name");
    EXPECT_EQ(outcome.kind, OutcomeKind::completed) << body << "\n" << outcome.log << outcome.message;
    EXPECT_EQ(as_text(outcome.output), "\"RangeError\"") << body;
  }
  expect_results({{"const depth = n => n ? 1 + depth(n - 1) : 0; depth(500)", "", "500"}});
}

// Goal:   the same script and input give the same bytes, log and fuel wherever and however often they run.
// Method: a script that hashes, sorts, draws and formats, a few times on each of four threads at once.
TEST_F(JavascriptTest, SameEverywhere) {
  constexpr std::string_view kScript = R"(
    const words = Array.from({length: 300}, (_, i) => (Math.random() * i * 7919).toString(36));
    const seen = new Map(words.map((w, i) => [w, Math.sin(i)]));
    console.log(words.length);
    [...seen].sort(([a], [b]) => a < b ? -1 : 1).map(([w, s]) => w + s.toFixed(9)).concat(new Date().toISOString()))";
  const Outcome expected = eval(kScript, "[]");
  ASSERT_EQ(expected.kind, OutcomeKind::completed) << expected.log;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const Outcome outcome = eval(kScript, "[]");
        EXPECT_EQ(outcome.output, expected.output);
        EXPECT_EQ(outcome.log, expected.log);
        EXPECT_EQ(outcome.fuel_used, expected.fuel_used);
      }
    });
  for (auto& thread : threads) thread.join();
}

// Goal:   an input that javascript_input() did not make is told apart from a script that fails.
// Method: no bytes, another magic, a script that is longer than what is there.
TEST_F(JavascriptTest, ForeignInputEndsWithCodeTwo) {
  Bytes longer = *javascript_input("1", "");
  longer[8] = 2;
  for (const Bytes& input : {Bytes{}, Bytes(100, 'x'), longer}) {
    const auto outcome = shared_->run(engine_, input, limits());
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, OutcomeKind::exited);
    EXPECT_EQ(outcome->exit_code, 2);
    EXPECT_TRUE(outcome->log.starts_with("javascript: stdin is not a script with its input")) << outcome->log;
  }
}

// Goal:   script and input are bounded, and the frame is the documented one.
// Method: both bounds from both sides; the bytes of a small frame. Without an engine: `unimplemented`.
TEST(JavascriptInput, FrameAndBounds) {
  const auto framed = javascript_input("1+1", "{}");
  if (javascript_engine().empty()) {
    ASSERT_FALSE(framed);
    EXPECT_EQ(framed.error().code, ErrorCode::unimplemented);
    return;
  }
  ASSERT_TRUE(framed);
  EXPECT_EQ(as_text(*framed), std::string_view("GSTDJS1\n\x03\0\0\0001+1{}", 17));
  EXPECT_TRUE(javascript_input(std::string(kJavascriptBytesMax, ' '), ""));
  EXPECT_EQ(javascript_input(std::string(kJavascriptBytesMax + 1, ' '), "").error().reason, "script_too_large");
  const std::size_t room = kJavascriptInputBytesMax - 12 - 3;
  EXPECT_EQ(javascript_input("1+1", std::string(room, ' '))->size(), kJavascriptInputBytesMax);
  EXPECT_EQ(javascript_input("1+1", std::string(room + 1, ' ')).error().reason, "input_too_large");
}

}  // namespace gstd::wasm
