// Tables of the memory store: ordinary maps that can take back what one write did.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace gstd::store::memory {

/// What it takes to undo a write, step by step, last step first.
class Undo {
 public:
  /// To be called before the change that `step` takes back.
  void remember(std::function<void()> step) { steps_.push_back(std::move(step)); }

  void roll_back() {
    for (; !steps_.empty(); steps_.pop_back()) steps_.back()();
  }

 private:
  std::vector<std::function<void()>> steps_;
};

template <class Key, class Value>
class Table {
 public:
  const std::map<Key, Value>& rows() const { return rows_; }

  const Value* find(const Key& key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }

  /// False where the key is taken; then nothing changes.
  bool insert(Undo& undo, const Key& key, Value value) {
    if (rows_.count(key) != 0) return false;
    undo.remember([this, key] { rows_.erase(key); });
    rows_.emplace(key, std::move(value));
    return true;
  }

  void put(Undo& undo, const Key& key, Value value) {
    const auto found = rows_.find(key);
    if (found == rows_.end()) {
      insert(undo, key, std::move(value));
      return;
    }
    undo.remember([this, key, old = found->second] { rows_[key] = old; });
    found->second = std::move(value);
  }

  /// The key must be there.
  void erase(Undo& undo, const Key& key) {
    const auto row = rows_.find(key);
    undo.remember([this, old = *row] { rows_.insert(old); });
    rows_.erase(row);
  }

  template <class Predicate>
  void erase_if(Undo& undo, Predicate predicate) {
    for (auto row = rows_.begin(); row != rows_.end();) {
      if (!predicate(row->second)) {
        ++row;
        continue;
      }
      undo.remember([this, old = *row] { rows_.insert(old); });
      row = rows_.erase(row);
    }
  }

 private:
  std::map<Key, Value> rows_;
};

}  // namespace gstd::store::memory
