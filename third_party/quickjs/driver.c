// A JavaScript task as a program for WASI: a script and a JSON document on stdin, the script's result as JSON on stdout, its log on
// stderr. docs/guests.md, "JavaScript", is the manual; `gstd::wasm::javascript_input` writes the frame.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"

enum {
  kExitScript = 1,  // The script's fault, or its input's.
  kExitFrame = 2,   // The caller's: stdin does not hold what javascript_input() makes.
};

// "GSTDJS1\n", the script's length as a little-endian u32, the script, and to the end the JSON document.
#define FRAME_MAGIC "GSTDJS1\n"
enum { kMagicBytes = sizeof FRAME_MAGIC - 1, kHeaderBytes = kMagicBytes + 4 };

// First size of the buffer for stdin, doubled as needed; most tasks are smaller.
enum { kReadBytes = 64 << 10 };

// How deep JavaScript may nest, as bytes of the stack in linear memory, before it gets a RangeError. Measured: every kind of
// recursion at run time (calls, getters, proxies, callbacks, generators, JSON) meets this before the sandbox's own limit of nested
// calls, which would end the guest; about 1100 plain calls fit.
enum { kScriptStackBytes = 384 << 10 };

static void write_all(int descriptor, const char* text, size_t length) {
  while (length > 0) {
    const ssize_t written = write(descriptor, text, length);
    if (written <= 0) _Exit(kExitFrame);  // The sandbox takes every byte or ends the guest; there is nobody to tell.
    text += written;
    length -= (size_t)written;
  }
}

static void say(const char* text) { write_all(STDERR_FILENO, text, strlen(text)); }

_Noreturn static void fail(int code, const char* text) {
  say(text);
  say("\n");
  _Exit(code);
}

// All of stdin, with a zero behind it, which QuickJS wants behind every text.
static char* read_stdin(size_t* length) {
  size_t capacity = kReadBytes;
  char* buffer = malloc(capacity);
  *length = 0;
  while (buffer != NULL) {
    const ssize_t count = read(STDIN_FILENO, buffer + *length, capacity - *length - 1);
    if (count < 0) fail(kExitFrame, "javascript: stdin cannot be read");
    if (count == 0) {
      buffer[*length] = '\0';
      return buffer;
    }
    *length += (size_t)count;
    if (*length == capacity - 1) buffer = realloc(buffer, capacity *= 2);
  }
  fail(kExitScript, "javascript: out of memory while reading the input");
}

static bool write_text(JSContext* context, int descriptor, JSValueConst value) {
  size_t length = 0;
  const char* text = JS_ToCStringLen(context, &length, value);
  if (text == NULL) return false;
  write_all(descriptor, text, length);
  JS_FreeCString(context, text);
  return true;
}

static void drop_exception(JSContext* context) { JS_FreeValue(context, JS_GetException(context)); }

// Errors with name, message and stack; other objects as JSON where they have one; all else as JavaScript's String() has it.
static void log_value(JSContext* context, JSValueConst value) {
  if (JS_IsError(value)) {
    if (!write_text(context, STDERR_FILENO, value)) drop_exception(context);
    JSValue stack = JS_GetPropertyStr(context, value, "stack");
    if (JS_IsException(stack)) drop_exception(context);
    if (JS_IsString(stack)) {
      say("\n");
      if (!write_text(context, STDERR_FILENO, stack)) drop_exception(context);
    }
    JS_FreeValue(context, stack);
    return;
  }
  if (JS_IsObject(value) && !JS_IsFunction(context, value)) {
    JSValue json = JS_JSONStringify(context, value, JS_UNDEFINED, JS_UNDEFINED);
    if (JS_IsException(json)) drop_exception(context);
    const bool shown = JS_IsString(json) && write_text(context, STDERR_FILENO, json);
    JS_FreeValue(context, json);
    if (shown) return;
  }
  if (JS_IsSymbol(value)) {
    say("a symbol");  // String() would need its description by way of the script's own objects.
  } else if (!write_text(context, STDERR_FILENO, value)) {
    drop_exception(context);
    say("a value without text");
  }
}

static JSValue console_log(JSContext* context, JSValueConst self, int count, JSValueConst* values) {
  (void)self;
  for (int i = 0; i < count; ++i) {
    if (i > 0) say(" ");
    log_value(context, values[i]);
  }
  say("\n");
  return JS_UNDEFINED;
}

_Noreturn static void fail_with(JSContext* context, const char* what, JSValueConst reason) {
  say(what);
  log_value(context, reason);
  say("\n");
  _Exit(kExitScript);
}

// Ends the guest where a call has thrown.
static JSValue checked(JSContext* context, const char* what, JSValue value) {
  if (JS_IsException(value)) fail_with(context, what, JS_GetException(context));
  return value;
}

// Promises that were rejected while nobody listened. One that gets its listener later is taken out again, as the language has it.
static struct {
  JSValue promise;
  JSValue reason;
} * rejections;
static size_t rejection_count;

static void on_rejection(JSContext* context, JSValueConst promise, JSValueConst reason, bool is_handled, void* user_data) {
  (void)user_data;
  if (!is_handled) {
    void* grown = realloc(rejections, (rejection_count + 1) * sizeof *rejections);
    if (grown == NULL) fail(kExitScript, "javascript: out of memory");
    rejections = grown;
    rejections[rejection_count].promise = JS_DupValue(context, promise);
    rejections[rejection_count++].reason = JS_DupValue(context, reason);
    return;
  }
  for (size_t i = rejection_count; i-- > 0;) {
    if (JS_VALUE_GET_PTR(rejections[i].promise) != JS_VALUE_GET_PTR(promise)) continue;
    JS_FreeValue(context, rejections[i].promise);
    JS_FreeValue(context, rejections[i].reason);
    memmove(rejections + i, rejections + i + 1, (--rejection_count - i) * sizeof *rejections);
    return;
  }
}

static void add_console(JSContext* context, JSValueConst global) {
  static const char* const kNames[] = {"debug", "error", "info", "log", "trace", "warn"};
  JSValue console = checked(context, "", JS_NewObject(context));
  for (size_t i = 0; i < sizeof kNames / sizeof *kNames; ++i)
    JS_SetPropertyStr(context, console, kNames[i], JS_NewCFunction(context, console_log, kNames[i], 0));
  JS_SetPropertyStr(context, global, "console", console);
}

static JSContext* make_context(void) {
  JSRuntime* runtime = JS_NewRuntime();
  if (runtime == NULL) fail(kExitScript, "javascript: out of memory");
  JS_SetMaxStackSize(runtime, kScriptStackBytes);
  JS_SetHostPromiseRejectionTracker(runtime, on_rejection, NULL);
  JSContext* context = JS_NewContext(runtime);
  uint64_t seed = 0;
  if (context == NULL) fail(kExitScript, "javascript: out of memory");
  if (getentropy(&seed, sizeof seed) != 0) fail(kExitFrame, "javascript: no random numbers");
  engine_seed_random(context, seed);
  return context;
}

// Compiles the script of a frame and sets the global `input` from its document.
static JSValue load(JSContext* context) {
  size_t length = 0;
  char* frame = read_stdin(&length);
  uint32_t script_bytes = 0;
  if (length >= kHeaderBytes) memcpy(&script_bytes, frame + kMagicBytes, sizeof script_bytes);
  if (length < kHeaderBytes || memcmp(frame, FRAME_MAGIC, kMagicBytes) != 0 || script_bytes > length - kHeaderBytes)
    fail(kExitFrame, "javascript: stdin is not a script with its input; see docs/guests.md, \"JavaScript\"");
  char* script = frame + kHeaderBytes;
  char* document = script + script_bytes;
  const size_t document_bytes = length - kHeaderBytes - script_bytes;

  JSValue global = JS_GetGlobalObject(context);
  add_console(context, global);
  if (document_bytes > 0) {
    JSValue input = checked(context, "the input is not JSON: ", JS_ParseJSON(context, document, document_bytes, "input"));
    JS_SetPropertyStr(context, global, "input", input);
  } else {
    JS_SetPropertyStr(context, global, "input", JS_UNDEFINED);
  }
  JS_FreeValue(context, global);

  *document = '\0';  // Read by now; behind the script a zero is wanted.
  JSValue code = checked(context, "uncaught ",
                         JS_Eval(context, script, script_bytes, "script.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY));
  free(frame);
  return code;
}

// What the promise of a script came to. Called when no job is left, so what is pending stays so.
static JSValue settle(JSContext* context, JSValue value) {
  if (!JS_IsPromise(value)) return value;
  switch (JS_PromiseState(context, value)) {
    case JS_PROMISE_FULFILLED:
      return JS_PromiseResult(context, value);
    case JS_PROMISE_REJECTED:
      fail_with(context, "uncaught (in promise) ", JS_PromiseResult(context, value));
    default:
      fail(kExitScript, "the script's promise never settles: nothing is left to run that could settle it");
  }
}

static void write_result(JSContext* context, JSValue value) {
  if (JS_IsUndefined(value)) value = JS_NULL;
  JSValue json =
      checked(context, "the result cannot be written as JSON: ", JS_JSONStringify(context, value, JS_UNDEFINED, JS_UNDEFINED));
  if (JS_IsUndefined(json)) fail(kExitScript, "the result cannot be written as JSON: it is a function or a symbol");
  if (!write_text(context, STDOUT_FILENO, json)) fail_with(context, "", JS_GetException(context));
}

int main(void) {
  JSContext* context = make_context();
  JSValue value = checked(context, "uncaught ", JS_EvalFunction(context, load(context)));
  JSContext* ran = NULL;
  int jobs = 0;
  while ((jobs = JS_ExecutePendingJob(JS_GetRuntime(context), &ran)) > 0) continue;
  if (jobs < 0) fail_with(ran, "uncaught ", JS_GetException(ran));
  value = settle(context, value);
  if (rejection_count > 0) fail_with(context, "uncaught (in promise) ", rejections[0].reason);
  write_result(context, value);
  return 0;  // The instance goes as a whole; freeing values one by one first would only cost fuel.
}
