// One line of progress on a terminal; nothing at all where stderr is not one.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace gstd::cli {

/// A line on stderr that is drawn again and again. Not shared between threads.
class StatusLine {
 public:
  StatusLine();

  bool is_shown() const noexcept { return terminal_; }
  /// Draws the text over what the line held.
  void show(const std::string& text) const;
  /// Empties the line for something else to be printed there.
  void clear() const;
  /// Leaves the line as it is and goes to the next.
  void leave() const;

 private:
  bool terminal_;
};

/// A bar on a line of its own, drawn at most ten times a second. Not shared between threads.
class Progress {
 public:
  /// `what` stands before the bar.
  Progress(std::string what, std::size_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Leaves the line as it is and goes to the next.
  ~Progress();

  void update(std::size_t done);
  /// Empties the line for something else to be printed there; the next update() draws the bar again, below it.
  void clear();

 private:
  void draw();

  std::string what_;
  std::size_t total_;
  std::size_t done_ = 0;
  StatusLine line_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace gstd::cli
