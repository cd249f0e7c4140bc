#include "progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace gstd::cli {
namespace {

constexpr std::size_t kBarChars = 40;
constexpr std::chrono::milliseconds kPeriod{100};

}  // namespace

Progress::Progress(std::string what, std::size_t total)
    : what_(std::move(what)), total_(total), terminal_(isatty(STDERR_FILENO) == 1), start_(std::chrono::steady_clock::now()) {
  update(0);
}

Progress::~Progress() {
  if (!terminal_) return;
  draw();
  std::fputc('\n', stderr);
}

void Progress::update(std::size_t done) {
  done_ = done;
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || (now - drawn_ < kPeriod && done < total_)) return;
  drawn_ = now;
  draw();
}

void Progress::clear() {
  if (!terminal_) return;
  std::fputs("\r\x1b[K", stderr);
  drawn_ = {};
}

void Progress::draw() {
  const std::size_t filled = total_ == 0 ? kBarChars : kBarChars * done_ / total_;
  const std::string bar = std::string(filled, '#') + std::string(kBarChars - filled, '.');
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  std::fprintf(stderr, "\r%s [%s] %zu/%zu %.1f s", what_.c_str(), bar.c_str(), done_, total_, elapsed.count());
  std::fflush(stderr);
}

}  // namespace gstd::cli
