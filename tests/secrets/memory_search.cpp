#include "secrets/memory_search.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace gstd::test {
namespace {

constexpr std::uint8_t kMask = 0xa5;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kChunk = 1u << 20;

struct Needle {
  const Planted* secret;
  const std::string* form;
  const Bytes* masked;
};

struct Map {
  std::uintptr_t begin;
  std::uintptr_t end;
  std::string name;
};

// Source: proc(5), /proc/pid/maps.
std::vector<Map> writable_maps() {
  std::vector<Map> maps;
  std::ifstream file("/proc/self/maps");
  for (std::string line; std::getline(file, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    std::array<char, 5> mode{};
    int name_at = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %*s %n", &begin, &end, mode.data(), &name_at) < 3)
      continue;
    if (mode[0] == 'r' && mode[1] == 'w') maps.push_back({begin, end, line.substr(static_cast<std::size_t>(name_at))});
  }
  return maps;
}

class File {
 public:
  explicit File(const char* path) : fd_(::open(path, O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) throw std::runtime_error(std::string("cannot open ") + path);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(fd_); }
  std::size_t read(void* out, std::size_t size, std::uintptr_t at) const {
    const ssize_t got = ::pread(fd_, out, size, static_cast<off_t>(at));
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }

 private:
  int fd_;
};

// Memory of its own, which the search leaves out: what is read is a copy of what is looked for.
class Buffer {
 public:
  Buffer() : data_(::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (data_ == MAP_FAILED) throw std::bad_alloc{};
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    std::memset(data_, 0, kSize);
    ::munmap(data_, kSize);
  }
  std::uint8_t* data() noexcept { return static_cast<std::uint8_t*>(data_); }
  // Neighbouring maps are shown as one, so that it is by address that the buffer is left out.
  bool overlaps(std::uintptr_t begin, std::uintptr_t end) const noexcept {
    const auto own = reinterpret_cast<std::uintptr_t>(data_);
    return begin < own + kSize && own < end;
  }
  static constexpr std::size_t kSize = kChunk + kPage;

 private:
  void* data_;
};

bool matches(const std::uint8_t* at, const Bytes& masked) noexcept {
  for (std::size_t i = 0; i < masked.size(); ++i)
    if ((at[i] ^ kMask) != masked[i]) return false;
  return true;
}

// Needles by their first two bytes, which is not enough of a secret to be one.
class Index {
 public:
  explicit Index(const std::vector<Needle>& needles) : by_start_(1u << 16) {
    for (const Needle& needle : needles)
      by_start_[start((*needle.masked)[0] ^ kMask, (*needle.masked)[1] ^ kMask)].push_back(&needle);
  }
  template <class Found>
  void scan(const std::uint8_t* data, std::size_t size, Found found) const {
    for (std::size_t i = 0; i + Planted::kWindow <= size; ++i)
      for (const Needle* needle : by_start_[start(data[i], data[i + 1])])
        if (matches(data + i, *needle->masked)) found(*needle, i);
  }

 private:
  static std::size_t start(int first, int second) noexcept {
    return static_cast<std::size_t>((first & 0xff) << 8 | (second & 0xff));
  }
  std::vector<std::vector<const Needle*>> by_start_;
};

// Pages that were never touched, or have gone, hold nothing. Source: Linux, admin-guide/mm/pagemap: bit 63 present, bit 62 swapped.
bool is_there(const File& pagemap, std::uintptr_t page) {
  std::uint64_t entry = 0;
  if (pagemap.read(&entry, sizeof entry, page / kPage * sizeof entry) != sizeof entry) return true;
  return (entry >> 62) != 0;
}

}  // namespace

Planted::Planted(std::string name, BytesView secret) : name_(std::move(name)) {
  if (secret.size() < kWindow) throw std::invalid_argument("too short to be told from chance");
  add("raw", secret);
  constexpr std::string_view kLower = "0123456789abcdef";
  constexpr std::string_view kUpper = "0123456789ABCDEF";
  for (const auto& [form, digits] : {std::pair{"hex", kLower}, {"HEX", kUpper}}) {
    SecretBytes spelled{2 * secret.size()};
    for (std::size_t i = 0; i < secret.size(); ++i) {
      spelled.span()[2 * i] = static_cast<std::uint8_t>(digits[secret[i] >> 4]);
      spelled.span()[2 * i + 1] = static_cast<std::uint8_t>(digits[secret[i] & 15]);
    }
    add(form, spelled.view());
  }
  // Inside of a longer text the groups of three bytes may begin at any of the first three.
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t skip = 0; skip < 3; ++skip) {
    const std::size_t groups = (secret.size() - skip) / 3;
    SecretBytes spelled{4 * groups};
    for (std::size_t i = 0; i < groups; ++i) {
      const auto* const from = secret.data() + skip + 3 * i;
      const unsigned bits = static_cast<unsigned>(from[0] << 16 | from[1] << 8 | from[2]);
      for (std::size_t j = 0; j < 4; ++j)
        spelled.span()[4 * i + j] = static_cast<std::uint8_t>(kAlphabet[bits >> (18 - 6 * j) & 63]);
    }
    if (spelled.size() >= kWindow) add("base64", spelled.view());
  }
}

// Windows side by side, and one at the end: whatever part of twice a window is left somewhere holds one of them whole.
void Planted::add(const char* form, BytesView spelled) {
  const auto window = [&](std::size_t at) {
    Bytes masked(kWindow);
    for (std::size_t i = 0; i < kWindow; ++i) masked[i] = static_cast<std::uint8_t>(spelled[at + i] ^ kMask);
    needles_.push_back({form, std::move(masked)});
  };
  for (std::size_t at = 0; at + kWindow <= spelled.size(); at += kWindow) window(at);
  if (spelled.size() % kWindow != 0) window(spelled.size() - kWindow);
}

bool Planted::is_in(BytesView text) const {
  for (const Needle& needle : needles_)
    for (std::size_t i = 0; i + kWindow <= text.size(); ++i)
      if (matches(text.data() + i, needle.masked)) return true;
  return false;
}

class MemorySearch {
 public:
  static std::vector<gstd::test::Needle> needles_of(const std::vector<const Planted*>& secrets) {
    std::vector<gstd::test::Needle> out;
    for (const Planted* secret : secrets)
      for (const auto& needle : secret->needles_) out.push_back({secret, &needle.form, &needle.masked});
    return out;
  }
};

std::vector<Finding> search_memory(const std::vector<const Planted*>& secrets) {
  const auto needles = MemorySearch::needles_of(secrets);
  const Index index{needles};
  const File memory{"/proc/self/mem"};
  const File pagemap{"/proc/self/pagemap"};
  Buffer buffer;
  std::vector<Finding> findings;
  for (const Map& map : writable_maps()) {
    // The end of each piece comes before the next one again, so that nothing is missed between two.
    std::size_t kept = 0;
    for (std::uintptr_t page = map.begin; page < map.end; page += kPage) {
      if (buffer.overlaps(page, page + kPage) || !is_there(pagemap, page)) {
        kept = 0;
        continue;
      }
      if (memory.read(buffer.data() + kept, kPage, page) != kPage) {
        kept = 0;
        continue;
      }
      const std::size_t size = kept + kPage;
      index.scan(buffer.data(), size, [&](const gstd::test::Needle& needle, std::size_t at) {
        std::array<char, 32> address{};
        std::snprintf(address.data(), address.size(), "%" PRIxPTR, page - kept + at);
        findings.push_back({needle.secret->name(), *needle.form + " at " + address.data() + " in " + map.name});
      });
      kept = Planted::kWindow - 1;
      std::memmove(buffer.data(), buffer.data() + size - kept, kept);
    }
  }
  return findings;
}

std::string to_text(const std::vector<Finding>& findings) {
  constexpr std::size_t kShown = 20;
  std::string text = std::to_string(findings.size()) + " found";
  for (std::size_t i = 0; i < findings.size() && i < kShown; ++i) text += "\n  " + findings[i].secret + ": " + findings[i].where;
  return text;
}

}  // namespace gstd::test
