// Session files: one line, "gstd-session:" and the token, readable by their owner only.
#pragma once

#include <gstd/client.hpp>

#include <filesystem>

namespace gstd::cli {

/// Errors: permission_denied: others may read the file too. invalid_argument: not a session file. Those of file_error().
Result<SessionToken> read_session(const std::filesystem::path& path);

/// Writes the file with mode 0600, in place of an older one. Errors: those of file_error().
Result<void> write_session(const std::filesystem::path& path, const SessionToken& token);

}  // namespace gstd::cli
