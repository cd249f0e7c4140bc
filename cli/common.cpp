#include "common.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace gstd::cli {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept {
    if (file != stdin && file != stdout) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

ErrorCode code_of_errno(int reason) noexcept {
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission_denied;
    case EEXIST:
      return ErrorCode::already_exists;
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP:
      return ErrorCode::invalid_argument;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
      return ErrorCode::resource_exhausted;
    default:
      return ErrorCode::unknown;
  }
}

}  // namespace

int report(const Error& error, bool json) {
  if (json)
    std::fprintf(stderr, "%s\n", protocol::write_error(error).c_str());
  else
    std::fprintf(stderr, "gstd: %s (%s)\n", error.message.c_str(),
                 error.reason.empty() ? std::string(to_string(error.code)).c_str() : error.reason.c_str());
  return error.code == ErrorCode::cancelled ? kInterrupted : kFailed;
}

int report_call(const Error& error, bool json) {
  const int exit_code = report(error, json);
  const bool answered = error.code != ErrorCode::unavailable && error.code != ErrorCode::deadline_exceeded;
  return answered ? exit_code : kUnreachable;
}

Error file_error(const std::filesystem::path& path) {
  const int reason = errno;
  return {code_of_errno(reason), path.string() + ": " + std::strerror(reason), "file"};
}

void add_json_option(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Print JSON for scripts instead of text for people");
}

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const File file{path == "-" ? stdin : std::fopen(path.c_str(), "rb")};
  if (!file) return file_error(path);
  Bytes content;
  std::array<std::uint8_t, 1 << 16> chunk;
  while (const std::size_t got = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    if (content.size() + got > bytes_max)
      return Error{ErrorCode::resource_exhausted, path.string() + " is longer than " + std::to_string(bytes_max) + " bytes",
                   "file"};
    content.insert(content.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(got));
  }
  if (std::ferror(file.get())) return file_error(path);
  return content;
}

Result<void> write_file(const std::filesystem::path& path, BytesView content) {
  File file{path == "-" ? stdout : std::fopen(path.c_str(), "wb")};
  if (!file) return file_error(path);
  // Nothing may have no address, which fwrite() does not take.
  if (!content.empty() && std::fwrite(content.data(), 1, content.size(), file.get()) != content.size()) return file_error(path);
  // Flushed here, because a full disk often shows only then.
  if (std::fflush(file.get()) != 0) return file_error(path);
  return {};
}

Result<void> write_receipt_file(const std::filesystem::path& path, const Client& client, const protocol::TaskResult& result,
                                const CallOptions& options) {
  auto receipt = protocol::signed_receipt_of(result);
  if (result.acceptance) {
    auto proof = client.prove_receipt(result, options);
    if (!proof) return std::move(proof).error();
    receipt.tree_head = std::move(proof->head);
    receipt.inclusion = std::move(proof->inclusion);
  }
  return write_file(path, as_bytes(protocol::write(receipt) + '\n'));
}

Amount amount_option(const std::string& text) {
  auto amount = parse_amount(text);
  if (!amount) throw CLI::ValidationError(amount.error().message);
  return *amount;
}

}  // namespace gstd::cli
