#include "sandbox_fixture.hpp"

#ifdef GSTD_TEST_EXAMPLE_GUESTS_DIR

namespace gstd::wasm {

class ExampleGuestsTest : public SandboxFixture {
 protected:
  Module example(const std::string& name) { return compile(read_file(GSTD_TEST_EXAMPLE_GUESTS_DIR "/" + name + ".wasm")); }

  static RunLimits limits() {
    RunLimits limits;
    limits.memory_bytes_max = 16u << 20;
    return limits;
  }
};

// Goal:   tiles fit together: a pixel is the same in whichever tile it lies.
// Method: a small picture at once, and by four tiles.
TEST_F(ExampleGuestsTest, FractalTilesMakeThePicture) {
  const Module module = example("fractal");
  const std::string view = " -0.6 0.0 3.0 200\n";
  const Outcome whole = run(module, "32 20 0 0 32 20" + view, limits());
  ASSERT_EQ(whole.kind, OutcomeKind::completed) << whole.log;
  ASSERT_EQ(whole.output.size(), 32u * 20 * 3);
  for (int y : {0, 10}) {
    for (int x : {0, 16}) {
      const Outcome tile = run(module, "32 20 " + std::to_string(x) + " " + std::to_string(y) + " 16 10" + view, limits());
      ASSERT_EQ(tile.output.size(), 16u * 10 * 3);
      for (int row = 0; row < 10; ++row) {
        const auto expected = BytesView{whole.output}.subspan(((y + row) * 32 + x) * 3, 16 * 3);
        const auto actual = BytesView{tile.output}.subspan(row * 16 * 3, 16 * 3);
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), actual.begin())) << x << " " << y + row;
      }
    }
  }
  // Inside the set it is black, outside it is not.
  const auto pixel = [&](int x, int y) { return BytesView{whole.output}.subspan((y * 32 + x) * 3, 3); };
  EXPECT_EQ(encode_hex(pixel(16, 10)), "000000");
  EXPECT_NE(encode_hex(pixel(0, 0)), "000000");
}

// Goal:   parameters that make no sense end with code 2 and a sentence.
// Method: missing, negative, too large, and outside the picture.
TEST_F(ExampleGuestsTest, FractalRefusesBadParameters) {
  const Module module = example("fractal");
  for (const char* input :
       {"", "hello\n", "32 20 0 0 32\n", "0 20 0 0 1 1 0 0 1 10\n", "32 20 30 0 3 1 0 0 1 10\n", "32 20 0 0 32 20 0 0 nan 10\n",
        "32 20 0 0 32 20 0 0 1 0\n", "60000 60000 0 0 60000 60000 0 0 1 10\n"}) {
    const Outcome outcome = run(module, input, limits());
    EXPECT_EQ(outcome.kind, OutcomeKind::exited) << input;
    EXPECT_EQ(outcome.exit_code, 2) << input;
    EXPECT_TRUE(outcome.log.starts_with("fractal: expected")) << input;
  }
}

// Goal:   words are counted as documented.
// Method: cases, punctuation, ties, an unfinished last line; an empty text.
TEST_F(ExampleGuestsTest, WordstatsCounts) {
  const Module module = example("wordstats");
  EXPECT_EQ(
      as_text(run(module, "The cat, the CAT; a dog's\nend", limits()).output),
      "{\"bytes\":29,\"lines\":1,\"words\":8,\"distinct\":6,\"top\":[{\"word\":\"cat\",\"count\":2},{\"word\":\"the\",\"count\":2},"
      "{\"word\":\"a\",\"count\":1},{\"word\":\"dog\",\"count\":1},{\"word\":\"end\",\"count\":1},{\"word\":\"s\",\"count\":1}]}"
      "\n");
  EXPECT_EQ(as_text(run(module, "", limits()).output), "{\"bytes\":0,\"lines\":0,\"words\":0,\"distinct\":0,\"top\":[]}\n");
}

// Goal:   a text longer than the guest's buffer is counted whole, and the guest's stack holds that buffer.
// Method: two hundred thousand words of three letters, which cross the buffer's end at every offset.
TEST_F(ExampleGuestsTest, WordstatsCountsLongTexts) {
  std::string input;
  for (int i = 0; i < 200'000; ++i) input += "abc ";
  EXPECT_EQ(as_text(run(example("wordstats"), input, limits()).output),
            "{\"bytes\":800000,\"lines\":0,\"words\":200000,\"distinct\":1,\"top\":[{\"word\":\"abc\",\"count\":200000}]}\n");
}

// Goal:   the templates work as they stand, each in its convention and language.
// Method: a text longer than their buffers, and none; a reactor twice, the second input longer than the first.
TEST_F(ExampleGuestsTest, TemplatesTurnLettersIntoCapitals) {
  std::string small;
  std::string capital;
  for (int i = 0; i < 3'000; ++i) {
    small += "a{z`Z\n";
    capital += "A{Z`Z\n";
  }
  for (const std::string language : {"c", "cpp", "wat"}) {
    const Module wasi = example("template_wasi_" + language);
    EXPECT_EQ(as_text(run(wasi, small, limits()).output), capital) << language;
    EXPECT_EQ(run(wasi, "", limits()).log, "done\n") << language;

    auto env =
        sandbox_->compile(read_file(GSTD_TEST_EXAMPLE_GUESTS_DIR "/template_env_" + language + ".wasm"), GuestConvention::env);
    ASSERT_TRUE(env) << language << ": " << env.error().message;
    EXPECT_EQ(as_text(run(*env, small, limits()).output), capital) << language;
    EXPECT_EQ(as_text(run(*env, "", limits()).output), "0") << language;
    EXPECT_EQ(run(*env, "x", limits()).log, "done\n") << language;

    auto reactor = sandbox_->compile(read_file(GSTD_TEST_EXAMPLE_GUESTS_DIR "/template_reactor_" + language + ".wasm"),
                                     GuestConvention::reactor);
    ASSERT_TRUE(reactor) << language << ": " << reactor.error().message;
    auto instance = sandbox_->open(*reactor, limits());
    ASSERT_TRUE(instance) << language << ": " << instance.error().message;
    int calls = 0;
    for (const auto& [input, output] : {std::pair{std::string("abc"), std::string("ABC")}, {small, capital}, {"", ""}}) {
      const auto outcome = instance->call(as_bytes(input));
      ASSERT_TRUE(outcome) << outcome.error().message;
      EXPECT_EQ(outcome->kind, OutcomeKind::completed) << outcome->message;
      const std::string count = language == "cpp" ? std::to_string(++calls) + " " : "";
      EXPECT_EQ(as_text(outcome->output), count + output) << language;
    }
  }
}

// Goal:   the echo and no-op guests do what their names say.
// Method: bytes of every value.
TEST_F(ExampleGuestsTest, EchoAndNoop) {
  std::string input;
  for (int i = 0; i < 200'000; ++i) input += static_cast<char>(i % 251);
  EXPECT_EQ(as_text(run(example("echo"), input, limits()).output), input);
  const Outcome noop = run(example("noop"), input, limits());
  EXPECT_EQ(noop.kind, OutcomeKind::completed);
  EXPECT_TRUE(noop.output.empty());
}

}  // namespace gstd::wasm

#endif
