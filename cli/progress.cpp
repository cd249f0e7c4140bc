#include "progress.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

namespace gstd::cli {
namespace {

constexpr std::size_t kBarChars = 40;
constexpr std::chrono::milliseconds kPeriod{100};

// Source: ECMA-48 sections 8.3.15 (CR) and 8.3.41 (EL).
constexpr const char* kEraseLine = "\r\x1b[K";

}  // namespace

StatusLine::StatusLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

void StatusLine::show(const std::string& text) const {
  if (!terminal_) return;
  // The rest is erased after the text, not the line before it: that would flicker.
  std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
  std::fflush(stderr);
}

void StatusLine::clear() const {
  if (terminal_) std::fputs(kEraseLine, stderr);
}

void StatusLine::leave() const {
  if (terminal_) std::fputc('\n', stderr);
}

Progress::Progress(std::string what, std::size_t total)
    : what_(std::move(what)), total_(total), start_(std::chrono::steady_clock::now()) {
  update(0);
}

Progress::~Progress() {
  draw();
  line_.leave();
}

void Progress::update(std::size_t done) {
  done_ = done;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < kPeriod && done < total_) return;
  drawn_ = now;
  draw();
}

void Progress::clear() {
  line_.clear();
  drawn_ = {};
}

void Progress::draw() {
  if (!line_.is_shown()) return;
  const std::size_t filled = total_ == 0 ? kBarChars : kBarChars * done_ / total_;
  const std::string bar = std::string(filled, '#') + std::string(kBarChars - filled, '.');
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  std::array<char, 64> figures;
  std::snprintf(figures.data(), figures.size(), "] %zu/%zu %.1f s", done_, total_, elapsed.count());
  line_.show(what_ + " [" + bar + figures.data());
}

}  // namespace gstd::cli
