/* The C interface of libgstd: client, worker, sandbox, proof of work and an embedded coordinator. C11.
 *
 * Conventions
 * - Handles are opaque. `_new` and `_start` make one, `_free` ends it; `_free(NULL)` does nothing.
 * - Functions that can fail return a gstd_status: GSTD_OK, or a code with gRPC's number and meaning. `error`, always last, may be
 *   NULL; else on failure it gets a gstd_error that the caller frees. On failure no other output is touched.
 * - Texts are UTF-8 and NUL-terminated. Texts and bytes that a handle returns belong to it and live as long as it does;
 *   those passed in are borrowed until the call returns.
 * - Blocking calls take `timeout_ms` and an optional `stop`, by which another thread ends them (GSTD_CANCELLED).
 * - Money is an integer in nano GSTD (1e-9). Digests and public keys are 32 bytes.
 * - A handle may be used by several threads at once, except options and requests; nothing may run on it while it is freed.
 * - Statuses and enums only ever grow at their end. docs/abi.md says what stays stable.
 */
#ifndef GSTD_H
#define GSTD_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define GSTD_API __attribute__((visibility("default")))
#else
#define GSTD_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------------------ errors */

typedef int32_t gstd_status;
enum {
  GSTD_OK = 0,
  GSTD_CANCELLED = 1,
  GSTD_UNKNOWN = 2,
  GSTD_INVALID_ARGUMENT = 3,
  GSTD_DEADLINE_EXCEEDED = 4,
  GSTD_NOT_FOUND = 5,
  GSTD_ALREADY_EXISTS = 6,
  GSTD_PERMISSION_DENIED = 7,
  GSTD_RESOURCE_EXHAUSTED = 8,
  GSTD_FAILED_PRECONDITION = 9,
  GSTD_ABORTED = 10,
  GSTD_OUT_OF_RANGE = 11,
  GSTD_UNIMPLEMENTED = 12,
  GSTD_INTERNAL = 13,
  GSTD_UNAVAILABLE = 14,
  GSTD_DATA_LOSS = 15,
  GSTD_UNAUTHENTICATED = 16
};

typedef struct gstd_error gstd_error;

/* The library's version, e.g. "0.1.0". Since: 0.1 */
GSTD_API const char* gstd_version(void);
/* The name of a status, e.g. "failed_precondition"; "ok" for GSTD_OK. Since: 0.1 */
GSTD_API const char* gstd_status_name(gstd_status status);
/* Since: 0.1 */
GSTD_API gstd_status gstd_error_status(const gstd_error* error);
/* One sentence for people, with the remedy where there is one. Since: 0.1 */
GSTD_API const char* gstd_error_message(const gstd_error* error);
/* A stable word for programs, e.g. "lease_stale"; empty where the status says it all. Since: 0.1 */
GSTD_API const char* gstd_error_reason(const gstd_error* error);
/* Since: 0.1 */
GSTD_API void gstd_error_free(gstd_error* error);

/* -------------------------------------------------------------------------------------------------------- stop, buffer, hash */

/* Ends blocking calls early. One may serve many calls; once requested it stays so. */
typedef struct gstd_stop gstd_stop;
/* NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_stop* gstd_stop_new(void);
/* From any thread; returns at once. Since: 0.1 */
GSTD_API void gstd_stop_request(gstd_stop* stop);
/* Since: 0.1 */
GSTD_API void gstd_stop_free(gstd_stop* stop);

/* A text that the library made for the caller. */
typedef struct gstd_text gstd_text;
/* Since: 0.1 */
GSTD_API const char* gstd_text_get(const gstd_text* text);
/* Bytes of the text, without the NUL at its end. Since: 0.1 */
GSTD_API size_t gstd_text_size(const gstd_text* text);
/* Since: 0.1 */
GSTD_API void gstd_text_free(gstd_text* text);

/* SHA-256 of `size` bytes into `digest[32]`. Since: 0.1 */
GSTD_API void gstd_sha256(const uint8_t* data, size_t size, uint8_t* digest);

/* ------------------------------------------------------------------------------------------------------------------ identity */

/* An Ed25519 key pair; the secret is wiped when the last handle that uses it goes. */
typedef struct gstd_key gstd_key;
/* A new random key. Since: 0.1 */
GSTD_API gstd_status gstd_key_new(gstd_key** out, gstd_error** error);
/* From a 32-byte seed, which the caller should wipe. Since: 0.1 */
GSTD_API gstd_status gstd_key_from_seed(const uint8_t* seed, size_t size, gstd_key** out, gstd_error** error);
/* Copies the public key to `public_key[32]`. Since: 0.1 */
GSTD_API void gstd_key_public(const gstd_key* key, uint8_t* public_key);
/* Creates a key file with mode 0600, encrypted with a passphrase of 1 to 1024 bytes; an existing file is never overwritten. Takes
 * some tenths of a second and 64 MiB. Errors: GSTD_ALREADY_EXISTS; GSTD_INVALID_ARGUMENT, reason "passphrase"; the system's, reason
 * "key_file". Since: 0.1 */
GSTD_API gstd_status gstd_key_save(const gstd_key* key, const char* path, const uint8_t* passphrase, size_t size,
                                   gstd_error** error);
/* The same without encryption: whoever reads the file has the key. Since: 0.1 */
GSTD_API gstd_status gstd_key_save_unencrypted(const gstd_key* key, const char* path, gstd_error** error);
/* Reads a key file. `passphrase` may be NULL for one that is not encrypted. Errors: GSTD_PERMISSION_DENIED, reason
 * "key_file_permissions": it is a link, another user's, or open to others; GSTD_FAILED_PRECONDITION, reason "key_file_locked": a
 * passphrase is needed; GSTD_UNAUTHENTICATED, reason "key_file_passphrase": the wrong one, or a damaged file;
 * GSTD_INVALID_ARGUMENT, reason "key_file_format". Since: 0.1 */
GSTD_API gstd_status gstd_key_load(const char* path, const uint8_t* passphrase, size_t size, gstd_key** out, gstd_error** error);
/* What a key file says without its passphrase: copies the public key to `public_key[32]`, and 1 or 0 to `*is_encrypted` (may be
 * NULL). Errors: as gstd_key_load(). Since: 0.1 */
GSTD_API gstd_status gstd_key_file_public(const char* path, uint8_t* public_key, int32_t* is_encrypted, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_key_free(gstd_key* key);

/* An X25519 key pair, from which the keys of encrypted tasks come; the secret is wiped when the last handle that uses it goes. */
typedef struct gstd_encryption_key gstd_encryption_key;
/* A new random key. Since: 0.1 */
GSTD_API gstd_status gstd_encryption_key_new(gstd_encryption_key** out, gstd_error** error);
/* From 32 bytes, which the caller should wipe. Errors: GSTD_INVALID_ARGUMENT: another size. Since: 0.1 */
GSTD_API gstd_status gstd_encryption_key_from_secret(const uint8_t* secret, size_t size, gstd_encryption_key** out,
                                                     gstd_error** error);
/* The one that goes with a signing key: what a client uses whose options name none. Since: 0.1 */
GSTD_API gstd_status gstd_encryption_key_derive(const gstd_key* key, gstd_encryption_key** out, gstd_error** error);
/* Copies the public half to `public_key[32]`. Since: 0.1 */
GSTD_API void gstd_encryption_key_public(const gstd_encryption_key* key, uint8_t* public_key);
/* Copies the secret to `secret[32]`, which the caller should wipe. Since: 0.1 */
GSTD_API void gstd_encryption_key_secret(const gstd_encryption_key* key, uint8_t* secret);
/* Since: 0.1 */
GSTD_API void gstd_encryption_key_free(gstd_encryption_key* key);

/* -------------------------------------------------------------------------------------------------------------- limits, outcome */

/* What one run may use; starts with the defaults of RunLimits (docs/protocol.md). */
typedef struct gstd_limits gstd_limits;
/* NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_limits* gstd_limits_new(void);
/* Since: 0.1 */
GSTD_API void gstd_limits_set_fuel(gstd_limits* limits, uint64_t fuel);
/* Since: 0.1 */
GSTD_API void gstd_limits_set_memory_bytes_max(gstd_limits* limits, uint64_t bytes);
/* Since: 0.1 */
GSTD_API void gstd_limits_set_wall_ms(gstd_limits* limits, uint32_t milliseconds);
/* Since: 0.1 */
GSTD_API void gstd_limits_set_output_bytes_max(gstd_limits* limits, uint64_t bytes);
/* Since: 0.1 */
GSTD_API void gstd_limits_free(gstd_limits* limits);

enum {
  GSTD_OUTCOME_COMPLETED = 0,
  GSTD_OUTCOME_EXITED = 1,
  GSTD_OUTCOME_TRAPPED = 2,
  GSTD_OUTCOME_FUEL_EXHAUSTED = 3,
  GSTD_OUTCOME_MEMORY_LIMIT = 4,
  GSTD_OUTCOME_OUTPUT_LIMIT = 5,
  GSTD_OUTCOME_TIMED_OUT = 6,
  GSTD_OUTCOME_CANCELLED = 7,
  GSTD_OUTCOME_HOST_FAILURE = 8,
  GSTD_OUTCOME_STACK_EXHAUSTED = 9,
  GSTD_OUTCOME_INVALID_MODULE = 10
};
/* E.g. "fuel_exhausted". Since: 0.1 */
GSTD_API const char* gstd_outcome_name(int32_t kind);

/* How a guest gets its input and gives its result. */
enum {
  GSTD_CONVENTION_WASI = 0,   /* stdin and stdout */
  GSTD_CONVENTION_ENV = 1,    /* the platform's env.* imports */
  GSTD_CONVENTION_REACTOR = 2 /* exported alloc and run */
};
/* E.g. "gstd:env". Since: 0.1 */
GSTD_API const char* gstd_convention_name(int32_t convention);

/* ------------------------------------------------------------------------------------------------------------------- sandbox */

/* An engine that runs WASI programs with stdin as input and stdout as result, and nothing else. */
typedef struct gstd_sandbox gstd_sandbox;
/* A compiled module; it keeps its sandbox alive, so the two may be freed in any order. */
typedef struct gstd_module gstd_module;
/* How a run ended. */
typedef struct gstd_outcome gstd_outcome;

/* `slots` runs at once, each with at most `memory_bytes_max` of linear memory.
 * Errors: GSTD_UNIMPLEMENTED: built without an engine. GSTD_INVALID_ARGUMENT. GSTD_RESOURCE_EXHAUSTED. Since: 0.1 */
GSTD_API gstd_status gstd_sandbox_new(uint32_t slots, uint64_t memory_bytes_max, gstd_sandbox** out, gstd_error** error);
/* Name, version and configuration of the engine. Since: 0.1 */
GSTD_API const char* gstd_sandbox_engine(const gstd_sandbox* sandbox);
/* Since: 0.1 */
GSTD_API void gstd_sandbox_free(gstd_sandbox* sandbox);
/* Checks and compiles. Errors: GSTD_INVALID_ARGUMENT, reason "module_invalid"; GSTD_RESOURCE_EXHAUSTED. Since: 0.1 */
GSTD_API gstd_status gstd_module_new(gstd_sandbox* sandbox, const uint8_t* data, size_t size, gstd_module** out,
                                     gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_module_free(gstd_module* module);
/* Runs the module once. `limits` may be NULL: the defaults. A trap or an exhausted limit is an outcome, not an error. Since: 0.1 */
GSTD_API gstd_status gstd_sandbox_run(gstd_sandbox* sandbox, const gstd_module* module, const uint8_t* input, size_t input_size,
                                      const gstd_limits* limits, uint32_t timeout_ms, const gstd_stop* stop, gstd_outcome** out,
                                      gstd_error** error);
/* A GSTD_OUTCOME_ number. Since: 0.1 */
GSTD_API int32_t gstd_outcome_kind(const gstd_outcome* outcome);
/* Since: 0.1 */
GSTD_API int32_t gstd_outcome_exit_code(const gstd_outcome* outcome);
/* Since: 0.1 */
GSTD_API uint64_t gstd_outcome_fuel_used(const gstd_outcome* outcome);
/* What the guest wrote to stdout; `*size` bytes. Since: 0.1 */
GSTD_API const uint8_t* gstd_outcome_output(const gstd_outcome* outcome, size_t* size);
/* What it wrote to stderr. Since: 0.1 */
GSTD_API const char* gstd_outcome_log(const gstd_outcome* outcome);
/* Since: 0.1 */
GSTD_API void gstd_outcome_free(gstd_outcome* outcome);
/* Stable name of the trap, e.g. "integer_overflow"; empty unless the kind is GSTD_OUTCOME_TRAPPED. Since: 0.1 */
GSTD_API const char* gstd_outcome_trap(const gstd_outcome* outcome);
/* 1 where every sound machine sees the same outcome, 0 where it is worth a retry only. Since: 0.1 */
GSTD_API int32_t gstd_outcome_comparable(const gstd_outcome* outcome);
/* For people: what a kind other than GSTD_OUTCOME_COMPLETED means here. Since: 0.1 */
GSTD_API const char* gstd_outcome_message(const gstd_outcome* outcome);
/* As gstd_sandbox_engine of the sandbox that ran it. Since: 0.1 */
GSTD_API const char* gstd_outcome_engine(const gstd_outcome* outcome);
/* Microseconds. Since: 0.1 */
GSTD_API uint64_t gstd_outcome_wall_us(const gstd_outcome* outcome);
/* Most linear memory that the guest had. Since: 0.1 */
GSTD_API uint64_t gstd_outcome_memory_bytes_peak(const gstd_outcome* outcome);

/* Where guests compile and run. */
enum {
  GSTD_ISOLATION_THREAD = 0, /* in this process */
  GSTD_ISOLATION_PROCESS = 1 /* each module in a confined child process; needs the program gstd-runner */
};

/* What a sandbox is to be; starts with the defaults: one slot of 256 MiB, in this process, without a cache. What is out of range is
 * refused when the sandbox is made. */
typedef struct gstd_sandbox_options gstd_sandbox_options;
/* NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_sandbox_options* gstd_sandbox_options_new(void);
/* Runs and open instances at once, 1 to 256. Since: 0.1 */
GSTD_API void gstd_sandbox_options_set_slots(gstd_sandbox_options* options, uint32_t slots);
/* Most linear memory of a slot. Since: 0.1 */
GSTD_API void gstd_sandbox_options_set_memory_bytes_max(gstd_sandbox_options* options, uint64_t bytes);
/* A GSTD_ISOLATION_ number. Errors: GSTD_INVALID_ARGUMENT: another. Since: 0.1 */
GSTD_API gstd_status gstd_sandbox_options_set_isolation(gstd_sandbox_options* options, int32_t isolation, gstd_error** error);
/* The program gstd-runner, where it is not beside the library. Since: 0.1 */
GSTD_API gstd_status gstd_sandbox_options_set_runner_program(gstd_sandbox_options* options, const char* path, gstd_error** error);
/* Keeps compiled modules in that folder, at most so many bytes. This user must own it, and nobody else may write there; it is made
 * where it is missing. Since: 0.1 */
GSTD_API gstd_status gstd_sandbox_options_set_cache(gstd_sandbox_options* options, const char* directory, uint64_t bytes_max,
                                                    gstd_error** error);
/* 0 compiles faster, to slower code with the same results. Since: 0.1 */
GSTD_API void gstd_sandbox_options_set_optimize(gstd_sandbox_options* options, int32_t optimize);
/* 1 lets the engine install handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE in this process, for faster code with the same results.
 * Since: 0.1 */
GSTD_API void gstd_sandbox_options_set_signal_handlers(gstd_sandbox_options* options, int32_t signal_handlers);
/* Since: 0.1 */
GSTD_API void gstd_sandbox_options_free(gstd_sandbox_options* options);
/* As gstd_sandbox_new; `options` may be NULL: the defaults. Errors: GSTD_FAILED_PRECONDITION, reasons "cache_directory_unsafe" and
 * "cache_directory". Since: 0.1 */
GSTD_API gstd_status gstd_sandbox_new_with(const gstd_sandbox_options* options, gstd_sandbox** out, gstd_error** error);
/* Whether results from this machine agree with those from others; some milliseconds. Errors: GSTD_INTERNAL, reason "self_test":
 * they do not. Since: 0.1 */
GSTD_API gstd_status gstd_sandbox_self_test(gstd_sandbox* sandbox, uint32_t timeout_ms, const gstd_stop* stop, gstd_error** error);

/* As gstd_module_new, for guests of a GSTD_CONVENTION_, and bounded in time. Errors: GSTD_DEADLINE_EXCEEDED, reason "compile_time".
 * Since: 0.1 */
GSTD_API gstd_status gstd_module_new_for(gstd_sandbox* sandbox, const uint8_t* data, size_t size, int32_t convention,
                                         uint32_t timeout_ms, const gstd_stop* stop, gstd_module** out, gstd_error** error);
/* Copies the digest of the module as it was given to `sha256[32]`. Since: 0.1 */
GSTD_API void gstd_module_sha256(const gstd_module* module, uint8_t* sha256);
/* A GSTD_CONVENTION_ number. Since: 0.1 */
GSTD_API int32_t gstd_module_convention(const gstd_module* module);

/* An instance of a module of GSTD_CONVENTION_REACTOR that stays for many calls. It keeps its sandbox alive and holds one of its
 * slots. One call at a time. */
typedef struct gstd_instance gstd_instance;
/* `limits` may be NULL: the defaults. They hold for the start-up and for each call anew. Errors: GSTD_INVALID_ARGUMENT, reason
 * "convention"; GSTD_FAILED_PRECONDITION, reason "instance_failed"; GSTD_DEADLINE_EXCEEDED: no slot became free. Since: 0.1 */
GSTD_API gstd_status gstd_instance_open(gstd_module* module, const gstd_limits* limits, uint32_t timeout_ms, const gstd_stop* stop,
                                        gstd_instance** out, gstd_error** error);
/* After any outcome but GSTD_OUTCOME_COMPLETED the instance is over. Errors: GSTD_FAILED_PRECONDITION, reason "instance_over": it
 * was before. Since: 0.1 */
GSTD_API gstd_status gstd_instance_call(gstd_instance* instance, const uint8_t* input, size_t size, const gstd_stop* stop,
                                        gstd_outcome** out, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_instance_free(gstd_instance* instance);

/* What a module wants and offers, read without running it. */
typedef struct gstd_module_info gstd_module_info;
/* Errors: GSTD_INVALID_ARGUMENT, reason "module_invalid": not WebAssembly. Since: 0.1 */
GSTD_API gstd_status gstd_module_inspect(const uint8_t* data, size_t size, gstd_module_info** out, gstd_error** error);
/* Copies it to `sha256[32]`. Since: 0.1 */
GSTD_API void gstd_module_info_sha256(const gstd_module_info* info, uint8_t* sha256);
/* Since: 0.1 */
GSTD_API size_t gstd_module_info_import_count(const gstd_module_info* info);
/* "module.name", in order of appearance; NULL beyond the last. Since: 0.1 */
GSTD_API const char* gstd_module_info_import(const gstd_module_info* info, size_t index);
/* Since: 0.1 */
GSTD_API size_t gstd_module_info_export_count(const gstd_module_info* info);
/* NULL beyond the last. Since: 0.1 */
GSTD_API const char* gstd_module_info_export(const gstd_module_info* info, size_t index);
/* Since: 0.1 */
GSTD_API size_t gstd_module_info_feature_count(const gstd_module_info* info);
/* E.g. "simd"; NULL beyond the last. Since: 0.1 */
GSTD_API const char* gstd_module_info_feature(const gstd_module_info* info, size_t index);
/* Pages of 64 KiB. Since: 0.1 */
GSTD_API uint64_t gstd_module_info_memory_pages_min(const gstd_module_info* info);
/* -1 where the module names none. Since: 0.1 */
GSTD_API int64_t gstd_module_info_memory_pages_max(const gstd_module_info* info);
/* The GSTD_CONVENTION_ that it is made for; -1: none. Since: 0.1 */
GSTD_API int32_t gstd_module_info_convention(const gstd_module_info* info);
/* What the profile refuses first; NULL: nothing, the module gives the same result on every machine. Since: 0.1 */
GSTD_API const char* gstd_module_info_refusal(const gstd_module_info* info);
/* Since: 0.1 */
GSTD_API void gstd_module_info_free(gstd_module_info* info);

/* QuickJS, an engine for JavaScript, as a module for gstd_module_new(); `*size` bytes that live as long as the process. NULL and 0
 * where libgstd was built without it. docs/guests.md says what scripts see. Since: 0.1 */
GSTD_API const uint8_t* gstd_javascript_engine(size_t* size);
/* The input of a run of that module: a script, and the JSON text of its global `input`, or none where `input_size` is 0. Read it by
 * gstd_text_get() and gstd_text_size(); it has zeros inside.
 * Errors: GSTD_INVALID_ARGUMENT, reason "script_too_large" or "input_too_large"; GSTD_UNIMPLEMENTED: built without it. Since: 0.1
 */
GSTD_API gstd_status gstd_javascript_input(const char* script, size_t script_size, const char* input_json, size_t input_size,
                                           gstd_text** framed, gstd_error** error);

/* ------------------------------------------------------------------------------------------------------------- proof of work */

/* What is hashed: a challenge says its version. */
enum {
  GSTD_POW_VERSION_1 = 1, /* the platform's: plainly concatenated texts and a decimal nonce */
  GSTD_POW_VERSION_2 = 2  /* a domain tag, length-prefixed fields and a nonce of 16 lower-case hex digits */
};

/* How far a search is. Called on the thread that called gstd_pow_solve(), while the search's other threads go on. It may call every
 * function; gstd_stop_request() on the search's own stop ends it. It must return: no exception, no longjmp. `hashes_per_second` is
 * the average over all threads; `expected_left_ms` does not shrink with the time spent, since a search has no memory. */
typedef void (*gstd_pow_progress_callback)(void* user_data, uint64_t hashes, double hashes_per_second, uint64_t elapsed_ms,
                                           uint64_t expected_left_ms);

/* How to search. One may serve many searches; what is out of range is refused by gstd_pow_solve(). */
typedef struct gstd_pow_options gstd_pow_options;
/* NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_pow_options* gstd_pow_options_new(void);
/* 1 to 1024, the caller's among them; default: the machine's cores less one, at least one. With one thread the same challenge
 * always gives the same nonce. Since: 0.1 */
GSTD_API void gstd_pow_options_set_threads(gstd_pow_options* options, uint32_t threads);
/* The part of each thread's time that is worked, 0.01 to 1; default 1. Less for a search in the background. Since: 0.1 */
GSTD_API void gstd_pow_options_set_cpu_share(gstd_pow_options* options, double share);
/* So many nonces are left to others; default 0. Processes that search for one challenge together take offsets far apart: version 1
 * has 9 * 10^12 nonces at least, version 2 has 2^64. Since: 0.1 */
GSTD_API void gstd_pow_options_set_offset(gstd_pow_options* options, uint64_t offset);
/* By name, copied; NULL or "": the one of gstd_pow_active_kernel(), which is the default. Errors: GSTD_RESOURCE_EXHAUSTED: no
 * memory. Since: 0.1 */
GSTD_API gstd_status gstd_pow_options_set_kernel(gstd_pow_options* options, const char* kernel, gstd_error** error);
/* The last moment at which the challenge is alive, as its coordinator said, in milliseconds since 1970 (Unix time): a search
 * goes no further, since nobody would take its nonce. Compared with this machine's clock. INT64_MAX: not known, which is the
 * default. Since: 0.1 */
GSTD_API void gstd_pow_options_set_expires_at(gstd_pow_options* options, int64_t unix_ms);
/* Calls `callback` every `interval_ms` (at least 1) or a little later, and not at all in a shorter search; NULL: never, which is
 * the default, whatever the interval. Since: 0.1 */
GSTD_API void gstd_pow_options_set_progress(gstd_pow_options* options, gstd_pow_progress_callback callback, void* user_data,
                                            uint32_t interval_ms);
/* Since: 0.1 */
GSTD_API void gstd_pow_options_free(gstd_pow_options* options);

typedef struct gstd_solution gstd_solution;
/* Finds a nonce. `version` is a GSTD_POW_VERSION_ number; `options` may be NULL: the defaults. Starts one thread less than it uses;
 * all have ended when it returns, and none holds up the exit of the process.
 * Errors: GSTD_INVALID_ARGUMENT, before any work: reasons "pow_challenge", "pow_threads", "pow_cpu_share", "pow_progress_interval",
 * "pow_kernel_unknown", "pow_kernel_unsupported". GSTD_DEADLINE_EXCEEDED: by `timeout_ms` (reason "pow_budget_spent"; may be
 * retried), or the challenge expired (reason "pow_expired"; ask for another). GSTD_CANCELLED: by `stop`. GSTD_OUT_OF_RANGE: no
 * nonce is left beyond the offset. Since: 0.1 */
GSTD_API gstd_status gstd_pow_solve(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits,
                                    int32_t version, const gstd_pow_options* options, uint32_t timeout_ms, const gstd_stop* stop,
                                    gstd_solution** out, gstd_error** error);
/* Since: 0.1 */
GSTD_API const char* gstd_solution_nonce(const gstd_solution* solution);
/* Copies to `digest[32]` what the nonce hashes to: the digest that starts with the zero bits. Since: 0.1 */
GSTD_API void gstd_solution_digest(const gstd_solution* solution, uint8_t* digest);
/* Attempts that it took. Since: 0.1 */
GSTD_API uint64_t gstd_solution_hashes(const gstd_solution* solution);
/* Since: 0.1 */
GSTD_API void gstd_solution_free(gstd_solution* solution);
/* Checks a nonce: `*valid` is 1 or 0. `leading_zeros` may be NULL. Errors: GSTD_INVALID_ARGUMENT: reasons "pow_challenge",
 * "pow_nonce". Since: 0.1 */
GSTD_API gstd_status gstd_pow_verify(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits,
                                     int32_t version, const char* nonce, int32_t* valid, uint32_t* leading_zeros,
                                     gstd_error** error);

/* How many ways of hashing are built in. Since: 0.1 */
GSTD_API size_t gstd_pow_kernel_count(void);
/* E.g. "avx2"; "" beyond the last. The text lives as long as the library. Since: 0.1 */
GSTD_API const char* gstd_pow_kernel_name(size_t index);
/* Nonces hashed side by side. Since: 0.1 */
GSTD_API uint32_t gstd_pow_kernel_lanes(size_t index);
/* 1 where this CPU can run it, else 0. Since: 0.1 */
GSTD_API int32_t gstd_pow_kernel_supported(size_t index);
/* The kernel that a search takes whose options name none: that of GSTD_POW_KERNEL in the environment, else the fastest, which the
 * first call finds out within milliseconds. `*name` lives as long as the library. Errors: GSTD_INVALID_ARGUMENT: the environment
 * names one that is unknown, or that this CPU cannot run. Since: 0.1 */
GSTD_API gstd_status gstd_pow_active_kernel(const char** name, gstd_error** error);
/* Hashes per second of one kernel, measured for `duration_ms`; cannot be stopped. NULL or "": the active one.
 * Errors: GSTD_INVALID_ARGUMENT: as gstd_pow_solve(); no duration. Since: 0.1 */
GSTD_API gstd_status gstd_pow_measure_kernel(const char* kernel, uint32_t threads, uint32_t duration_ms, double* hashes_per_second,
                                             gstd_error** error);

/* Has libcurl wipe all memory that it gives back: its buffers hold what was sent and received last, and so the tokens of sessions.
 * For programs, not for libraries: it goes for every user of libcurl in the process. Call it first of all; again is fine. Errors:
 * GSTD_FAILED_PRECONDITION, reason "http_memory": libcurl was used before. Since: 0.1 */
GSTD_API gstd_status gstd_wipe_http_memory(gstd_error** error);

/* -------------------------------------------------------------------------------------------------------------------- client */

typedef struct gstd_client_options gstd_client_options;
/* NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_client_options* gstd_client_options_new(const char* url);
/* Signs every request; the handle may be freed afterwards. Since: 0.1 */
GSTD_API void gstd_client_options_set_key(gstd_client_options* options, const gstd_key* key);
/* A question for a signature, on its way to whoever holds the key. It may be answered once, from any thread, now or later; freed
 * without an answer it counts as refused. It outlives the call and the client that asked: an answer that comes too late is
 * dropped. */
typedef struct gstd_sign_reply gstd_sign_reply;
/* What is to be signed, `*size` bytes; lives as long as the reply. Since: 0.1 */
GSTD_API const uint8_t* gstd_sign_reply_message(const gstd_sign_reply* reply, size_t* size);
/* Answers with the Ed25519 signature over the message, `signature[64]`; it is checked before it is used. 1: taken. 0: the question
 * was answered before, or nobody waits any more. Since: 0.1 */
GSTD_API int32_t gstd_sign_reply_answer(gstd_sign_reply* reply, const uint8_t* signature);
/* Refuses; the call that asked fails with GSTD_UNAUTHENTICATED, reason "signer". `why` is for people and becomes part of its
 * message; NULL: none. 1 and 0 as of gstd_sign_reply_answer(). Since: 0.1 */
GSTD_API int32_t gstd_sign_reply_refuse(gstd_sign_reply* reply, const char* why);
/* From any thread, also inside the callback. Since: 0.1 */
GSTD_API void gstd_sign_reply_free(gstd_sign_reply* reply);

/* Asks for a signature over `message`, which lives as long as `reply`; `reply` is the callback's to free. Called on the thread of
 * the call that needs the signature, of a worker on its own threads, by several at once where they do. It should hand the question
 * on and return, for until then the call can be neither cancelled nor end in time. No exception, no longjmp. */
typedef void (*gstd_sign_callback)(void* user_data, const uint8_t* message, size_t size, gstd_sign_reply* reply);
/* Says that `user_data` will not be used again. Called on any thread. */
typedef void (*gstd_release_callback)(void* user_data);

/* Instead of gstd_client_options_set_key(): the key is somewhere else, and `callback` is asked for each signature.
 * `public_key[32]`. `release` (NULL: none) is called once, when the last handle and call that may use `user_data` are gone, or the
 * options got another key; not on failure. Errors: GSTD_INVALID_ARGUMENT: NULL. Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_signer(gstd_client_options* options, const uint8_t* public_key,
                                                    gstd_sign_callback callback, void* user_data, gstd_release_callback release,
                                                    gstd_error** error);
/* What the keys of this client's encrypted tasks are derived from, and whose public half its device is registered with. Default:
 * gstd_encryption_key_derive() of its signing key; none with a signer. The handle may be freed afterwards. Since: 0.1 */
GSTD_API void gstd_client_options_set_encryption_key(gstd_client_options* options, const gstd_encryption_key* key);
/* Whether a device may have the key of an encrypted task, for this attempt at it: other than 0 grants it. `device_public_key[32]`
 * is the device's Ed25519 key, which signed for the key that is wrapped for. Called on the thread that grants; texts live for the
 * call. No exception, no longjmp. */
typedef int32_t (*gstd_grant_callback)(void* user_data, const char* task, uint32_t attempt, const char* device,
                                       const uint8_t* device_public_key);
/* Default: any device that signed for its key. The coordinator chooses the workers, and could choose a device of its own: set this
 * where you know yours. `release` as of gstd_client_options_set_signer(). Errors: GSTD_INVALID_ARGUMENT: NULL. Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_grant_callback(gstd_client_options* options, gstd_grant_callback callback,
                                                            void* user_data, gstd_release_callback release, gstd_error** error);
/* The wallet owner's key, where the client's own is another: signs that the wallet takes this device. The handle may be freed
 * afterwards. Since: 0.1 */
GSTD_API void gstd_client_options_set_owner(gstd_client_options* options, const gstd_key* owner);
/* Instead of gstd_client_options_set_owner(): the owner's key is somewhere else. Parameters as of gstd_client_options_set_signer();
 * asked only for what needs the owner's word. Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_owner_signer(gstd_client_options* options, const uint8_t* public_key,
                                                          gstd_sign_callback callback, void* user_data,
                                                          gstd_release_callback release, gstd_error** error);
/* The device's id; default: it follows from the key. Errors: GSTD_INVALID_ARGUMENT: not an id. Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_device(gstd_client_options* options, const char* device, gstd_error** error);
/* Whose money. Errors: GSTD_INVALID_ARGUMENT: not an id. Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_wallet(gstd_client_options* options, const char* wallet, gstd_error** error);
/* 1 lets http:// go beyond loopback; default 0. Since: 0.1 */
GSTD_API void gstd_client_options_set_allow_plain_http(gstd_client_options* options, int32_t allow);
/* The token of an earlier gstd_client_login(), NUL-terminated, which the caller should wipe: serves the calls of a requester where
 * there is no key, and gstd_client_register_device() beside the key. Errors: GSTD_INVALID_ARGUMENT, reason "session_token": it is
 * none. Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_session(gstd_client_options* options, const char* token, gstd_error** error);
/* PEM bundle of certificate authorities; default: the system's. Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_ca_file(gstd_client_options* options, const char* path, gstd_error** error);
/* Adds a public key that the coordinator may have, "sha256//" and the base64 of the SHA-256 of its SubjectPublicKeyInfo; beside
 * being verified it must then have one of those added. Judged by gstd_client_new(). Since: 0.1 */
GSTD_API gstd_status gstd_client_options_add_pinned_public_key(gstd_client_options* options, const char* pin, gstd_error** error);
/* PEM files for coordinators, or proxies before them, that ask for a certificate. The key has no passphrase and is closed to other
 * users. Judged by gstd_client_new(). Since: 0.1 */
GSTD_API gstd_status gstd_client_options_set_client_certificate(gstd_client_options* options, const char* certificate_path,
                                                                const char* key_path, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_client_options_free(gstd_client_options* options);

/* A connection to one coordinator; starts no threads. */
typedef struct gstd_client gstd_client;
/* Errors: GSTD_INVALID_ARGUMENT: the URL, a pinned key, a file of TLS. GSTD_PERMISSION_DENIED: other users can open the key of the
 * client's certificate. Since: 0.1 */
GSTD_API gstd_status gstd_client_new(const gstd_client_options* options, gstd_client** out, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_client_free(gstd_client* client);
/* Binds wallet, device and key; doing it again is fine. Since: 0.1 */
GSTD_API gstd_status gstd_client_register_device(gstd_client* client, const char* device_type, uint32_t timeout_ms,
                                                 const gstd_stop* stop, gstd_error** error);
/* Gives this device another key, which signs that it is there. The old key, this client's, is refused from then on: make a new
 * client with the new key and the same device id. `encryption_key` may be NULL: derived from `new_key`. Errors:
 * GSTD_UNAUTHENTICATED, reason "key_revoked": also where an earlier try arrived whose answer was lost. Since: 0.1 */
GSTD_API gstd_status gstd_client_rotate_key(gstd_client* client, const gstd_key* new_key, const gstd_encryption_key* encryption_key,
                                            uint32_t timeout_ms, const gstd_stop* stop, gstd_error** error);
/* The same to a key that is somewhere else, whose holder `callback` asks; it is not asked again once this call has returned.
 * `encryption_key` may be NULL: the device then has none. Errors: also GSTD_UNAUTHENTICATED, reason "signer". Since: 0.1 */
GSTD_API gstd_status gstd_client_rotate_to_signer(gstd_client* client, const uint8_t* public_key, gstd_sign_callback callback,
                                                  void* user_data, const gstd_encryption_key* encryption_key, uint32_t timeout_ms,
                                                  const gstd_stop* stop, gstd_error** error);
/* Revokes the key of a device of this wallet, at once and for good; by itself, or with the wallet owner's key. Errors:
 * GSTD_PERMISSION_DENIED, reason "not_yours". Since: 0.1 */
GSTD_API gstd_status gstd_client_revoke_device(gstd_client* client, const char* device, uint32_t timeout_ms, const gstd_stop* stop,
                                               gstd_error** error);
/* The devices of a wallet, revoked ones included. */
typedef struct gstd_devices gstd_devices;
/* Since: 0.1 */
GSTD_API gstd_status gstd_client_devices(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop, gstd_devices** out,
                                         gstd_error** error);
/* Since: 0.1 */
GSTD_API size_t gstd_devices_count(const gstd_devices* devices);
/* Since: 0.1 */
GSTD_API const char* gstd_devices_id(const gstd_devices* devices, size_t index);
/* Copies the device's key to `public_key[32]`. 0: there is no such device. Since: 0.1 */
GSTD_API int32_t gstd_devices_public_key(const gstd_devices* devices, size_t index, uint8_t* public_key);
/* Copies the key to encrypt for to `encryption_key[32]`. 0: it has none, or the wallet's owner does not vouch for it. Since: 0.1 */
GSTD_API int32_t gstd_devices_encryption_key(const gstd_devices* devices, size_t index, uint8_t* encryption_key);
/* 1: revoked. Since: 0.1 */
GSTD_API int32_t gstd_devices_is_revoked(const gstd_devices* devices, size_t index);
/* Since: 0.1 */
GSTD_API void gstd_devices_free(gstd_devices* devices);
/* Uploads a module and writes its digest to `sha256[32]`. Since: 0.1 */
GSTD_API gstd_status gstd_client_upload_module(gstd_client* client, const uint8_t* data, size_t size, uint32_t timeout_ms,
                                               const gstd_stop* stop, uint8_t* sha256, gstd_error** error);

/* A task to be paid for. */
typedef struct gstd_task_request gstd_task_request;
/* On an uploaded module, with empty input. NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_task_request* gstd_task_request_new(const uint8_t* module_sha256, int64_t budget_nano);
/* A script instead of a module: `size` bytes of JavaScript in UTF-8. Its input is a JSON text, or nothing, its output the
 * result as JSON. It is to run on this library's own engine; a coordinator that has another one and was never given this one
 * refuses the task with reason "module_unknown": upload gstd_javascript_engine's and create again. NULL where there is no memory.
 * Since: 0.1 */
GSTD_API gstd_task_request* gstd_task_request_new_script(const char* script, size_t size, int64_t budget_nano);
/* Copies the input. Errors: GSTD_RESOURCE_EXHAUSTED: no memory. Since: 0.1 */
GSTD_API gstd_status gstd_task_request_set_input(gstd_task_request* request, const uint8_t* data, size_t size, gstd_error** error);
/* Copies the limits. Since: 0.1 */
GSTD_API void gstd_task_request_set_limits(gstd_task_request* request, const gstd_limits* limits);
/* 1 first, 5 last; default 3. Since: 0.1 */
GSTD_API void gstd_task_request_set_priority(gstd_task_request* request, int32_t priority);
/* A GSTD_CONVENTION_ number; default GSTD_CONVENTION_WASI. Errors: GSTD_INVALID_ARGUMENT: any other number. Since: 0.1 */
GSTD_API gstd_status gstd_task_request_set_convention(gstd_task_request* request, int32_t convention, gstd_error** error);
/* Creating again with the same key and terms gives the same task. Since: 0.1 */
GSTD_API gstd_status gstd_task_request_set_idempotency_key(gstd_task_request* request, const char* key, gstd_error** error);
/* Other than 0: seals the input so that only the worker that is assigned can read it, and the result so that only this client can.
 * While such a task is on its way somebody has to grant workers their keys: gstd_client_wait_result() does, and
 * gstd_client_grant_keys(). A script is sealed with its input. Default 0. Since: 0.1 */
GSTD_API void gstd_task_request_set_encrypted(gstd_task_request* request, int32_t encrypted);
/* The id of an encrypted task; default: a random one. A second task of one id is refused (reason "task_exists"). Errors:
 * GSTD_INVALID_ARGUMENT: not an id. Since: 0.1 */
GSTD_API gstd_status gstd_task_request_set_id(gstd_task_request* request, const char* id, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_task_request_free(gstd_task_request* request);
/* Creates the task; `*task_id` is the caller's to free. Since: 0.1 */
GSTD_API gstd_status gstd_client_create_task(gstd_client* client, const gstd_task_request* request, uint32_t timeout_ms,
                                             const gstd_stop* stop, gstd_text** task_id, gstd_error** error);
/* Gives a task up that no worker has; its escrow comes back. Since: 0.1 */
GSTD_API gstd_status gstd_client_cancel_task(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                                             gstd_error** error);

enum {
  GSTD_TASK_AWAITING_ESCROW = 0,
  GSTD_TASK_PENDING = 1,
  GSTD_TASK_ASSIGNED = 2,
  GSTD_TASK_VALIDATING = 3,
  GSTD_TASK_VALIDATED = 4,
  GSTD_TASK_COMPLETED = 5,
  GSTD_TASK_FAILED = 6,
  GSTD_TASK_DEAD_LETTER = 7,
  GSTD_TASK_CANCELLED = 8,
  GSTD_TASK_DISPUTED = 9
};
/* E.g. "dead_letter". Since: 0.1 */
GSTD_API const char* gstd_task_state_name(int32_t state);
/* Where a task stands: a GSTD_TASK_ number. Since: 0.1 */
GSTD_API gstd_status gstd_client_task_state(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                                            int32_t* state, gstd_error** error);
/* Balance of the client's wallet that is free to spend. Since: 0.1 */
GSTD_API gstd_status gstd_client_balance(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop, int64_t* balance_nano,
                                         gstd_error** error);

/* Makes an encrypted task one whose keys gstd_client_grant_keys() grants: after a restart, or at another client with the same keys;
 * gstd_client_create_task() and gstd_client_wait_result() do so by themselves. It ends when its result has been fetched, or with
 * gstd_client_cancel_task(). Errors: GSTD_INVALID_ARGUMENT: not an id. Since: 0.1 */
GSTD_API gstd_status gstd_client_follow_task(gstd_client* client, const char* task_id, gstd_error** error);
/* Grants the keys that are wanted for the tasks that this client follows, after waiting up to `wait_ms` for the first; how many,
 * into `*granted` (may be NULL). For those who follow many tasks: call it over and over while any is on its way. Encrypted tasks
 * are shown to workers only while their requester asks like this. Since: 0.1 */
GSTD_API gstd_status gstd_client_grant_keys(gstd_client* client, uint32_t wait_ms, uint32_t timeout_ms, const gstd_stop* stop,
                                            size_t* granted, gstd_error** error);
/* The key of this client's encrypted task of that id, into `content_key[32]`: a secret, for gstd_result_from_json() elsewhere,
 * which the caller should wipe. Errors: GSTD_FAILED_PRECONDITION, reason "encryption_key": there is nothing to derive it from.
 * Since: 0.1 */
GSTD_API gstd_status gstd_client_content_key(gstd_client* client, const char* task_id, uint8_t* content_key, gstd_error** error);

/* An accepted result, as a worker signed it; of an encrypted task it is open. */
typedef struct gstd_result gstd_result;
/* The result of a task that is done. Errors: GSTD_FAILED_PRECONDITION, reason "not_ready": it is not, or "encryption_key": this
 * client cannot open it. GSTD_DATA_LOSS, reason "sealed": it does not open. Since: 0.1 */
GSTD_API gstd_status gstd_client_result(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                                        gstd_result** out, gstd_error** error);
/* From the API's own reply, GET /tasks/{id}/result, `size` bytes that another program has fetched. `content_key[32]` opens that of
 * an encrypted task; else NULL. Errors: GSTD_INVALID_ARGUMENT: not such a reply ("json", "field"), encrypted and without a key or
 * the other way round ("encryption"). GSTD_DATA_LOSS, reason "sealed": it does not open. Since: 0.1 */
GSTD_API gstd_status gstd_result_from_json(const char* json, size_t size, const uint8_t* content_key, gstd_result** out,
                                           gstd_error** error);
/* Waits until the task is done; grants workers the keys of encrypted tasks meanwhile. Errors: GSTD_FAILED_PRECONDITION with the
 * state as reason: it ended without a result. Since: 0.1 */
GSTD_API gstd_status gstd_client_wait_result(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                                             gstd_result** out, gstd_error** error);
/* Whether the named worker signed exactly this result for this module and input, run as a WASI program.
 * Errors: GSTD_DATA_LOSS: it did not. Since: 0.1 */
GSTD_API gstd_status gstd_result_verify(const gstd_result* result, const uint8_t* module_sha256, const uint8_t* input_sha256,
                                        gstd_error** error);
/* The same for a module that was to be run by `convention`, a GSTD_CONVENTION_ number. Since: 0.1 */
GSTD_API gstd_status gstd_result_verify_convention(const gstd_result* result, const uint8_t* module_sha256,
                                                   const uint8_t* input_sha256, int32_t convention, gstd_error** error);
/* The same for a task of gstd_task_request_new_script with this script and input. Since: 0.1 */
GSTD_API gstd_status gstd_result_verify_script(const gstd_result* result, const char* script, size_t size, const uint8_t* input,
                                               size_t input_size, gstd_error** error);
/* A GSTD_OUTCOME_ number. Since: 0.1 */
GSTD_API int32_t gstd_result_outcome(const gstd_result* result);
/* Since: 0.1 */
GSTD_API int32_t gstd_result_exit_code(const gstd_result* result);
/* `*size` bytes. Since: 0.1 */
GSTD_API const uint8_t* gstd_result_output(const gstd_result* result, size_t* size);
/* Since: 0.1 */
GSTD_API uint64_t gstd_result_fuel_used(const gstd_result* result);
/* Which attempt it was, from 1. Since: 0.1 */
GSTD_API uint32_t gstd_result_attempt(const gstd_result* result);
/* 1: of an encrypted task, so that its receipt names keyed commitments. Since: 0.1 */
GSTD_API int32_t gstd_result_is_encrypted(const gstd_result* result);
/* Since: 0.1 */
GSTD_API const char* gstd_result_worker_wallet(const gstd_result* result);
/* Since: 0.1 */
GSTD_API void gstd_result_free(gstd_result* result);

/* -------------------------------------------------------------------------------------------------------------- wallet login */

/* What a coordinator asks a wallet of TON to sign: pass it to the wallet program as the payload of a request for ton_addr and
 * ton_proof (TonConnect), or answer it by gstd_wallet_proof_new() where the wallet's key is yours. */
typedef struct gstd_login_payload gstd_login_payload;
/* Good for one login. Since: 0.1 */
GSTD_API gstd_status gstd_client_login_payload(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop,
                                               gstd_login_payload** out, gstd_error** error);
/* What is to be signed. Since: 0.1 */
GSTD_API const char* gstd_login_payload_text(const gstd_login_payload* payload);
/* "-239", the main network of TON, or "-3", the test network. Since: 0.1 */
GSTD_API const char* gstd_login_payload_network(const gstd_login_payload* payload);
/* How many domains a proof may be for. Since: 0.1 */
GSTD_API size_t gstd_login_payload_domain_count(const gstd_login_payload* payload);
/* NULL beyond the last. Since: 0.1 */
GSTD_API const char* gstd_login_payload_domain(const gstd_login_payload* payload, size_t index);
/* Until when it serves, in milliseconds since 1970. Since: 0.1 */
GSTD_API int64_t gstd_login_payload_expires_at_ms(const gstd_login_payload* payload);
/* Since: 0.1 */
GSTD_API void gstd_login_payload_free(gstd_login_payload* payload);

/* What a wallet answers. */
typedef struct gstd_wallet_proof gstd_wallet_proof;
/* From a wallet program's answer, `size` bytes of JSON as docs/protocol.md, "Login", has it. Errors: GSTD_INVALID_ARGUMENT, reason
 * "json" or "field". Since: 0.1 */
GSTD_API gstd_status gstd_wallet_proof_from_json(const char* json, size_t size, gstd_wallet_proof** out, gstd_error** error);
/* For who has the wallet's key: the answer without its signature. `public_key[32]`; `version` is "v5r1", which NULL stands for,
 * "v4r2", "v3r2", "v4r1" or "v3r1"; `domain` may be NULL: the payload's first. Dated by this machine's clock.
 * Errors: GSTD_INVALID_ARGUMENT, reason "wallet_version". GSTD_DATA_LOSS, reason "answer": there is no domain, or the network is
 * unknown. Since: 0.1 */
GSTD_API gstd_status gstd_wallet_proof_new(const gstd_login_payload* payload, const uint8_t* public_key, const char* version,
                                           const char* domain, gstd_wallet_proof** out, gstd_error** error);
/* The bytes that the key signs with Ed25519, into `digest[32]`: to be signed wherever the key is, at once or later.
 * Errors: GSTD_INVALID_ARGUMENT: the address of a proof that came as JSON is none. Since: 0.1 */
GSTD_API gstd_status gstd_wallet_proof_digest(const gstd_wallet_proof* proof, uint8_t* digest, gstd_error** error);
/* Copies `signature[64]`. Errors: GSTD_INVALID_ARGUMENT: NULL. Since: 0.1 */
GSTD_API gstd_status gstd_wallet_proof_set_signature(gstd_wallet_proof* proof, const uint8_t* signature, gstd_error** error);
/* Signs with a key that is in this process. Errors: GSTD_INVALID_ARGUMENT, reason "wallet_key": the proof is for another key.
 * Since: 0.1 */
GSTD_API gstd_status gstd_wallet_proof_sign(gstd_wallet_proof* proof, const gstd_key* key, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_wallet_proof_free(gstd_wallet_proof* proof);

/* What a login gives. */
typedef struct gstd_session gstd_session;
/* Begins a session, which this client uses from then on. `out` may be NULL where nobody else is to have the token.
 * Errors: GSTD_UNAUTHENTICATED, reason "login_payload", "ton_proof" and others of docs/protocol.md, "Login". Since: 0.1 */
GSTD_API gstd_status gstd_client_login(gstd_client* client, const gstd_wallet_proof* proof, uint32_t timeout_ms,
                                       const gstd_stop* stop, gstd_session** out, gstd_error** error);
/* The token, NUL-terminated: a secret, for gstd_client_options_set_session() of other clients. It is wiped by gstd_session_free(),
 * copies of it are the caller's to wipe. Since: 0.1 */
GSTD_API const char* gstd_session_token(const gstd_session* session);
/* The wallet by the name under which the coordinator keeps it: the raw form of its address. Since: 0.1 */
GSTD_API const char* gstd_session_wallet(const gstd_session* session);
/* In milliseconds since 1970. Since: 0.1 */
GSTD_API int64_t gstd_session_expires_at_ms(const gstd_session* session);
/* Until when gstd_client_refresh_session() gives more time, in milliseconds since 1970. Since: 0.1 */
GSTD_API int64_t gstd_session_renewable_until_ms(const gstd_session* session);
/* Wipes the token. The session itself goes on. Since: 0.1 */
GSTD_API void gstd_session_free(gstd_session* session);
/* Gives the client's session more time: until `*expires_at_ms`, in milliseconds since 1970 (may be NULL).
 * Errors: GSTD_UNAUTHENTICATED, reason "session_missing": there is none; "session_invalid": it has ended. Since: 0.1 */
GSTD_API gstd_status gstd_client_refresh_session(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop,
                                                 int64_t* expires_at_ms, gstd_error** error);
/* Ends the client's session, or with `everywhere` other than 0 every session of its wallet. The client then has none. Errors: as
 * gstd_client_refresh_session(), but one that had ended by itself is no error unless `everywhere`. Since: 0.1 */
GSTD_API gstd_status gstd_client_logout(gstd_client* client, int32_t everywhere, uint32_t timeout_ms, const gstd_stop* stop,
                                        gstd_error** error);

/* -------------------------------------------------------------------------------------------------------------- verification */

/* The worker's signed receipt as JSON, to be kept: what gstd_verify() and `gstd verify` take. Since: 0.1 */
GSTD_API gstd_status gstd_result_receipt(const gstd_result* result, gstd_text** out, gstd_error** error);

/* Asks the coordinator for the proof that its log has the result's acceptance, checks it, and gives the receipt with it, as
 * gstd_result_receipt(). Errors: GSTD_DATA_LOSS: it has not (reason "inclusion_proof", "acceptance_invalid" or
 * "tree_head_invalid"). GSTD_FAILED_PRECONDITION: the result came without an acceptance ("no_acceptance"). Those of every call.
 * Since: 0.1 */
GSTD_API gstd_status gstd_client_prove_receipt(gstd_client* client, const gstd_result* result, uint32_t timeout_ms,
                                               const gstd_stop* stop, gstd_text** out, gstd_error** error);
/* The signed head of the coordinator's log of receipts as JSON, with its signature checked. With `last`, `size` bytes of an earlier
 * one, also whether the log continues that: keep what comes out, and give it the next time. `last` may be NULL.
 * Errors: GSTD_DATA_LOSS: the log does not continue `last` (reason "log_rewritten"), another key signs it ("log_key_changed"), a
 * signature is bad ("tree_head_invalid"). GSTD_INVALID_ARGUMENT: `last` is no head ("json", "field"). Those of every call.
 * Since: 0.1 */
GSTD_API gstd_status gstd_client_log_head(gstd_client* client, const char* last, size_t size, uint32_t timeout_ms,
                                          const gstd_stop* stop, gstd_text** out, gstd_error** error);

/* What is at hand to check a receipt with; what is not set is not compared. */
typedef struct gstd_evidence gstd_evidence;
/* NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_evidence* gstd_evidence_new(void);
/* With an input: the run is done again. Copies. Errors: GSTD_RESOURCE_EXHAUSTED: no memory. Since: 0.1 */
GSTD_API gstd_status gstd_evidence_set_module(gstd_evidence* evidence, const uint8_t* data, size_t size, gstd_error** error);
/* Copies; NULL and 0 for an empty input. Errors: GSTD_RESOURCE_EXHAUSTED: no memory. Since: 0.1 */
GSTD_API gstd_status gstd_evidence_set_input(gstd_evidence* evidence, const uint8_t* data, size_t size, gstd_error** error);
/* The output that came with the receipt. Copies. Errors: GSTD_RESOURCE_EXHAUSTED: no memory. Since: 0.1 */
GSTD_API gstd_status gstd_evidence_set_output(gstd_evidence* evidence, const uint8_t* data, size_t size, gstd_error** error);
/* The worker's key, 32 bytes, from somebody who knows it. Since: 0.1 */
GSTD_API gstd_status gstd_evidence_set_public_key(gstd_evidence* evidence, const uint8_t* public_key, gstd_error** error);
/* The wallet that should have done the work. Errors: GSTD_INVALID_ARGUMENT: not an id. Since: 0.1 */
GSTD_API gstd_status gstd_evidence_set_worker(gstd_evidence* evidence, const char* wallet, gstd_error** error);
/* The coordinator's key, 32 bytes, from somebody who knows it: an acceptance and a proof of inclusion that came with the receipt
 * have to be signed by it. Since: 0.1 */
GSTD_API gstd_status gstd_evidence_set_coordinator_key(gstd_evidence* evidence, const uint8_t* public_key, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_evidence_free(gstd_evidence* evidence);

enum {
  GSTD_CONCLUSION_CONFIRMED = 0,   /* all that was compared agrees */
  GSTD_CONCLUSION_REFUTED = 1,     /* the receipt does not vouch for this, or for something untrue */
  GSTD_CONCLUSION_INCONCLUSIVE = 2 /* nothing is known either way */
};
enum {
  GSTD_ASPECT_SIGNATURE = 0,
  GSTD_ASPECT_SIGNER = 1,
  GSTD_ASPECT_WORKER = 2,
  GSTD_ASPECT_SIZE_LIMITS = 3,
  GSTD_ASPECT_MODULE_SHA256 = 4,
  GSTD_ASPECT_INPUT_SHA256 = 5,
  GSTD_ASPECT_GIVEN_OUTPUT_SIZE = 6,
  GSTD_ASPECT_GIVEN_OUTPUT_SHA256 = 7,
  GSTD_ASPECT_ENGINE = 8,
  GSTD_ASPECT_OUTCOME = 9,
  GSTD_ASPECT_EXIT_CODE = 10,
  GSTD_ASPECT_OUTPUT_SHA256 = 11,
  GSTD_ASPECT_FUEL_USED = 12,
  GSTD_ASPECT_MEMORY_BYTES_PEAK = 13,
  GSTD_ASPECT_ACCEPTANCE = 14,
  GSTD_ASPECT_INCLUSION = 15
};
enum { GSTD_AGREEMENT_AGREES = 0, GSTD_AGREEMENT_DIFFERS = 1, GSTD_AGREEMENT_NOT_COMPARED = 2 };
/* E.g. "refuted". Since: 0.1 */
GSTD_API const char* gstd_conclusion_name(int32_t conclusion);
/* E.g. "output_sha256". Since: 0.1 */
GSTD_API const char* gstd_aspect_name(int32_t aspect);
/* E.g. "not_compared". Since: 0.1 */
GSTD_API const char* gstd_agreement_name(int32_t agreement);

/* What a verification comes to. */
typedef struct gstd_verdict gstd_verdict;
/* Checks a receipt: signature and signer; the output, where there is one; and, with module and input, the run again, in a sandbox
 * of its own, within `timeout_ms` and 60 s. `receipt_json` is `size` bytes of gstd_result_receipt()'s text, or of the API's reply
 * about a result; `evidence` may be NULL. A bad signature is a verdict, not an error.
 * Errors: GSTD_INVALID_ARGUMENT: not such a text (reasons "json", "field", "receipt"), no key known ("key"), a module without an
 * input or the other way round ("evidence"). GSTD_UNIMPLEMENTED: a run without an engine. GSTD_CANCELLED, GSTD_DEADLINE_EXCEEDED,
 * GSTD_RESOURCE_EXHAUSTED. Since: 0.1 */
GSTD_API gstd_status gstd_verify(const char* receipt_json, size_t size, const gstd_evidence* evidence, uint32_t timeout_ms,
                                 const gstd_stop* stop, gstd_verdict** out, gstd_error** error);
/* A GSTD_CONCLUSION_ number. Since: 0.1 */
GSTD_API int32_t gstd_verdict_conclusion(const gstd_verdict* verdict);
/* A stable word: refuted, the first aspect that differs; inconclusive, why; confirmed, empty. Since: 0.1 */
GSTD_API const char* gstd_verdict_reason(const gstd_verdict* verdict);
/* One sentence for people. Since: 0.1 */
GSTD_API const char* gstd_verdict_message(const gstd_verdict* verdict);
/* 1 where the run was done again, else 0. Since: 0.1 */
GSTD_API int32_t gstd_verdict_re_executed(const gstd_verdict* verdict);
/* Since: 0.1 */
GSTD_API size_t gstd_verdict_finding_count(const gstd_verdict* verdict);
/* A GSTD_ASPECT_ number; -1 beyond the last. Since: 0.1 */
GSTD_API int32_t gstd_verdict_finding_aspect(const gstd_verdict* verdict, size_t index);
/* A GSTD_AGREEMENT_ number. Since: 0.1 */
GSTD_API int32_t gstd_verdict_finding_agreement(const gstd_verdict* verdict, size_t index);
/* For people. Since: 0.1 */
GSTD_API const char* gstd_verdict_finding_message(const gstd_verdict* verdict, size_t index);
/* Since: 0.1 */
GSTD_API void gstd_verdict_free(gstd_verdict* verdict);

/* -------------------------------------------------------------------------------------------------------------------- worker */

enum {
  GSTD_WORKER_CLAIMED = 0,
  GSTD_WORKER_CLAIM_REFUSED = 1,
  GSTD_WORKER_COMPLETED = 2,
  GSTD_WORKER_ATTEMPT_FAILED = 3,
  GSTD_WORKER_CONNECTION_LOST = 4,
  GSTD_WORKER_CONNECTION_RESTORED = 5
};
/* Called from the worker's threads, one call at a time. May call the worker's functions but gstd_worker_free(), which it must not,
 * and gstd_worker_drain(), which would wait for it; gstd_worker_stop() only begins there. `task` is empty for the connection's
 * events; `outcome` is -1 where there is none. Texts live for the call. */
typedef void (*gstd_worker_callback)(void* user_data, int32_t event, const char* task, uint32_t attempt, int32_t outcome,
                                     int64_t earned_nano, const char* message);

typedef struct gstd_worker_options gstd_worker_options;
/* Copies the client's options, which need a key and a wallet. NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_worker_options* gstd_worker_options_new(const gstd_client_options* client);
/* Tasks at once, each on a thread of its own; default 1. Since: 0.1 */
GSTD_API void gstd_worker_options_set_slots(gstd_worker_options* options, uint32_t slots);
/* Linear memory per slot; tasks that want more are left to others. Since: 0.1 */
GSTD_API void gstd_worker_options_set_memory_bytes_max(gstd_worker_options* options, uint64_t bytes);
/* Threads per proof of work; default 1. Since: 0.1 */
GSTD_API void gstd_worker_options_set_pow_threads(gstd_worker_options* options, uint32_t threads);
/* The part of each of those threads' time that is worked, 0.01 to 1; default 1. Since: 0.1 */
GSTD_API void gstd_worker_options_set_pow_cpu_share(gstd_worker_options* options, double share);
/* A GSTD_ISOLATION_ number; GSTD_ISOLATION_THREAD unless set. Errors: GSTD_INVALID_ARGUMENT: another. Since: 0.1 */
GSTD_API gstd_status gstd_worker_options_set_isolation(gstd_worker_options* options, int32_t isolation, gstd_error** error);
/* As gstd_sandbox_options_set_cache. Since: 0.1 */
GSTD_API gstd_status gstd_worker_options_set_module_cache(gstd_worker_options* options, const char* directory, uint64_t bytes_max,
                                                          gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_worker_options_set_callback(gstd_worker_options* options, gstd_worker_callback callback, void* user_data);
/* Since: 0.1 */
GSTD_API void gstd_worker_options_free(gstd_worker_options* options);

/* A worker in the caller's process. */
typedef struct gstd_worker gstd_worker;
/* Registers and starts to work. Since: 0.1 */
GSTD_API gstd_status gstd_worker_start(const gstd_worker_options* options, uint32_t timeout_ms, const gstd_stop* stop,
                                       gstd_worker** out, gstd_error** error);
/* Takes no new tasks. Since: 0.1 */
GSTD_API void gstd_worker_pause(gstd_worker* worker);
/* Since: 0.1 */
GSTD_API void gstd_worker_resume(gstd_worker* worker);
/* Pauses and waits until nothing is under way. Since: 0.1 */
GSTD_API gstd_status gstd_worker_drain(gstd_worker* worker, uint32_t timeout_ms, const gstd_stop* stop, gstd_error** error);
/* Interrupts what is under way and gives it back; bounded, whatever a guest or the network is doing. Since: 0.1 */
GSTD_API void gstd_worker_stop(gstd_worker* worker);
/* Tasks completed so far. Since: 0.1 */
GSTD_API uint64_t gstd_worker_completed(const gstd_worker* worker);
/* What they earned. Since: 0.1 */
GSTD_API int64_t gstd_worker_earned(const gstd_worker* worker);
/* As gstd_worker_stop(), and frees. Since: 0.1 */
GSTD_API void gstd_worker_free(gstd_worker* worker);

/* --------------------------------------------------------------------------------------------------------------- coordinator */

typedef struct gstd_coordinator_options gstd_coordinator_options;
/* In memory, on a free port of loopback. NULL where there is no memory. Since: 0.1 */
GSTD_API gstd_coordinator_options* gstd_coordinator_options_new(void);
/* SQLite file, created if missing. Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_options_set_database(gstd_coordinator_options* options, const char* path, gstd_error** error);
/* 0: a free one. Since: 0.1 */
GSTD_API void gstd_coordinator_options_set_port(gstd_coordinator_options* options, uint16_t port);
/* Fixed difficulty of every claim; default: by reward. Since: 0.1 */
GSTD_API void gstd_coordinator_options_set_difficulty_bits(gstd_coordinator_options* options, uint32_t bits);
/* Signs acceptances and the log of receipts; shares the key. Default: a new one at each start, which those who watch the log
 * refuse. Since: 0.1 */
GSTD_API void gstd_coordinator_options_set_key(gstd_coordinator_options* options, const gstd_key* key);
/* Adds a domain for which wallets may sign their logins: the host[:port] of the page that asks. Default: that of
 * gstd_coordinator_url(). Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_options_add_login_domain(gstd_coordinator_options* options, const char* domain,
                                                               gstd_error** error);
/* How long a session lives from login or refresh, 60 to 86 400 seconds; default 3600. Judged by gstd_coordinator_start().
 * Since: 0.1 */
GSTD_API void gstd_coordinator_options_set_session_seconds(gstd_coordinator_options* options, uint32_t seconds);
/* How long a silent worker keeps a task; default 30 000. Since: 0.1 */
GSTD_API void gstd_coordinator_options_set_lease_ms(gstd_coordinator_options* options, uint32_t milliseconds);
/* Speaks TLS with this certificate (PEM, with those between it and its authority) and its key (PEM, without a passphrase, closed to
 * other users). Judged by gstd_coordinator_start(). Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_options_set_tls(gstd_coordinator_options* options, const char* certificate_path,
                                                      const char* key_path, gstd_error** error);
/* With TLS, only clients with a certificate of these authorities (PEM) get in. Judged by gstd_coordinator_start(). Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_options_set_tls_client_ca(gstd_coordinator_options* options, const char* path,
                                                                gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_coordinator_options_free(gstd_coordinator_options* options);

/* A coordinator in the caller's process. */
typedef struct gstd_coordinator gstd_coordinator;
/* Errors: GSTD_UNAVAILABLE: port in use, database unusable. GSTD_INVALID_ARGUMENT, GSTD_PERMISSION_DENIED: a file of TLS.
 * Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_start(const gstd_coordinator_options* options, gstd_coordinator** out, gstd_error** error);
/* E.g. "http://127.0.0.1:41873", or with TLS "https://127.0.0.1:41873". Since: 0.1 */
GSTD_API const char* gstd_coordinator_url(const gstd_coordinator* coordinator);
/* Reads the files of TLS again; connections that stand go on with what they began with.
 * Errors: GSTD_FAILED_PRECONDITION: no TLS. GSTD_INVALID_ARGUMENT, GSTD_PERMISSION_DENIED: a file; the old ones stay. Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_reload_certificates(gstd_coordinator* coordinator, gstd_error** error);
/* Writes the 32 bytes of the key that signs acceptances and the log. Since: 0.1 */
GSTD_API void gstd_coordinator_public_key(const gstd_coordinator* coordinator, uint8_t* out);
/* Credits a wallet; the same deposit id counts once. `balance_nano` may be NULL. Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_deposit(gstd_coordinator* coordinator, const char* deposit_id, const char* wallet,
                                              int64_t amount_nano, int64_t* balance_nano, gstd_error** error);
/* Errors: GSTD_DATA_LOSS: the books do not balance. Since: 0.1 */
GSTD_API gstd_status gstd_coordinator_check_ledger(const gstd_coordinator* coordinator, gstd_error** error);
/* Since: 0.1 */
GSTD_API void gstd_coordinator_stop(gstd_coordinator* coordinator);
/* As gstd_coordinator_stop(), and frees. Since: 0.1 */
GSTD_API void gstd_coordinator_free(gstd_coordinator* coordinator);

#ifdef __cplusplus
}
#endif

#endif /* GSTD_H */
