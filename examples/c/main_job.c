/* The main job in C: a coordinator and a worker in this process, a task that is paid for, and a result that is verified.
 *   main_job MODULE.wasm INPUT_FILE
 * Build it against an installed libgstd: see CMakeLists.txt beside this file, or `cc main_job.c $(pkg-config --cflags --libs
 * gstd)`. */
#include <gstd.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 60000 };

struct file {
  uint8_t* data;
  size_t size;
};

static int fail(const char* what, gstd_error* error) {
  fprintf(stderr, "%s: %s (%s)\n", what, gstd_error_message(error), gstd_status_name(gstd_error_status(error)));
  gstd_error_free(error);
  return 1;
}

static int read_file(const char* path, struct file* file) {
  FILE* stream = fopen(path, "rb");
  if (stream == NULL) return 0;
  fseek(stream, 0, SEEK_END);
  const long size = ftell(stream);
  rewind(stream);
  file->size = size > 0 ? (size_t)size : 0;
  file->data = malloc(file->size + 1);
  const int ok = size >= 0 && file->data != NULL && fread(file->data, 1, file->size, stream) == file->size;
  fclose(stream);
  return ok;
}

/* Requester and worker differ in nothing but key and wallet. The caller frees the options. */
static gstd_client_options* options_for(const char* url, const char* wallet) {
  gstd_client_options* options = gstd_client_options_new(url);
  gstd_key* key = NULL;
  if (options != NULL && gstd_key_new(&key, NULL) == GSTD_OK) gstd_client_options_set_key(options, key);
  gstd_key_free(key); /* the options keep it */
  if (gstd_client_options_set_wallet(options, wallet, NULL) != GSTD_OK) {
    gstd_client_options_free(options);
    return NULL;
  }
  return options;
}

/* Pays for one run of the module on the input, waits, verifies, prints. */
static int request(gstd_client* client, const struct file* module, const struct file* input) {
  gstd_error* error = NULL;
  uint8_t module_sha256[32], input_sha256[32];
  if (gstd_client_register_device(client, "desktop", TIMEOUT_MS, NULL, &error) != GSTD_OK) return fail("register", error);
  if (gstd_client_upload_module(client, module->data, module->size, TIMEOUT_MS, NULL, module_sha256, &error) != GSTD_OK)
    return fail("upload", error);

  gstd_task_request* task = gstd_task_request_new(module_sha256, 100000000); /* 0.1 GSTD */
  gstd_text* task_id = NULL;
  if (gstd_task_request_set_input(task, input->data, input->size, &error) != GSTD_OK ||
      gstd_client_create_task(client, task, TIMEOUT_MS, NULL, &task_id, &error) != GSTD_OK) {
    gstd_task_request_free(task);
    return fail("create", error);
  }
  gstd_task_request_free(task);

  gstd_result* result = NULL;
  const gstd_status waited = gstd_client_wait_result(client, gstd_text_get(task_id), TIMEOUT_MS, NULL, &result, &error);
  gstd_text_free(task_id);
  if (waited != GSTD_OK) return fail("wait", error);

  gstd_sha256(input->data, input->size, input_sha256);
  const gstd_status verified = gstd_result_verify(result, module_sha256, input_sha256, &error);
  size_t size = 0;
  const uint8_t* output = gstd_result_output(result, &size);
  if (verified == GSTD_OK) {
    fwrite(output, 1, size, stdout);
    printf("\noutcome %s, %zu bytes, fuel %" PRIu64 ", attempt %" PRIu32 ", signed by %s\n",
           gstd_outcome_name(gstd_result_outcome(result)), size, gstd_result_fuel_used(result), gstd_result_attempt(result),
           gstd_result_worker_wallet(result));
  }
  const int32_t outcome = gstd_result_outcome(result);
  gstd_result_free(result);
  if (verified != GSTD_OK) return fail("verify", error);
  return outcome == GSTD_OUTCOME_COMPLETED ? 0 : 1;
}

/* A worker for as long as the request takes. */
static int work_and_request(gstd_coordinator* coordinator, const struct file* module, const struct file* input) {
  const char* url = gstd_coordinator_url(coordinator);
  gstd_client_options* requester = options_for(url, "wallet-requester");
  gstd_client_options* earner = options_for(url, "wallet-worker");
  gstd_worker_options* worker_options = gstd_worker_options_new(earner);
  gstd_error* error = NULL;
  gstd_client* client = NULL;
  gstd_worker* worker = NULL;
  int status;
  if (gstd_coordinator_deposit(coordinator, "grant-1", "wallet-requester", 1000000000, NULL, &error) != GSTD_OK)
    status = fail("deposit", error);
  else if (gstd_client_new(requester, &client, &error) != GSTD_OK)
    status = fail("client", error);
  else if (gstd_worker_start(worker_options, TIMEOUT_MS, NULL, &worker, &error) != GSTD_OK)
    status = fail("worker", error);
  else
    status = request(client, module, input);
  gstd_worker_free(worker);
  gstd_client_free(client);
  gstd_worker_options_free(worker_options);
  gstd_client_options_free(earner);
  gstd_client_options_free(requester);
  if (status == 0 && gstd_coordinator_check_ledger(coordinator, &error) != GSTD_OK) return fail("ledger", error);
  return status;
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: main_job MODULE.wasm INPUT_FILE\n");
    return 2;
  }
  struct file module = {0}, input = {0};
  int status = 1;
  if (!read_file(argv[1], &module) || !read_file(argv[2], &input)) {
    fprintf(stderr, "cannot read %s or %s\n", argv[1], argv[2]);
  } else {
    gstd_error* error = NULL;
    gstd_coordinator* coordinator = NULL;
    gstd_coordinator_options* options = gstd_coordinator_options_new();
    if (gstd_coordinator_start(options, &coordinator, &error) != GSTD_OK)
      status = fail("coordinator", error);
    else
      status = work_and_request(coordinator, &module, &input);
    gstd_coordinator_free(coordinator);
    gstd_coordinator_options_free(options);
  }
  free(module.data);
  free(input.data);
  return status;
}
