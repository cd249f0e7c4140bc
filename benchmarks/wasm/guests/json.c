/* A JSON parser (RFC 8259) that builds a tree, over a text of records that the kernel writes first; then the tree is summed. */
#include "kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRecords = 16000, kRecordBytesMax = 256, kPasses = 8, kDepthMax = 64 };

typedef enum { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject } Kind;

/* Children of an array or object are a list; those of an object come in pairs, name before value. */
typedef struct Node {
  Kind kind;
  uint32_t length; /* of the string */
  double number;
  const char* text; /* of the string, decoded */
  struct Node *first, *next;
} Node;

typedef struct {
  const char *at, *end;
  Node *nodes, *nodes_end;
  char* strings; /* decoded text is never longer than what it was written as */
  int failed;
} Parser;

static void skip_space(Parser* p) {
  while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r')) ++p->at;
}

static Node* fail(Parser* p) {
  p->failed = 1;
  return NULL;
}

static Node* new_node(Parser* p, Kind kind) {
  if (p->nodes == p->nodes_end) return fail(p);
  Node* node = p->nodes++;
  memset(node, 0, sizeof *node);
  node->kind = kind;
  return node;
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static char* put_utf8(char* out, unsigned code) {
  if (code < 0x80) {
    *out++ = (char)code;
  } else if (code < 0x800) {
    *out++ = (char)(0xc0 | code >> 6);
    *out++ = (char)(0x80 | (code & 0x3f));
  } else {
    *out++ = (char)(0xe0 | code >> 12);
    *out++ = (char)(0x80 | (code >> 6 & 0x3f));
    *out++ = (char)(0x80 | (code & 0x3f));
  }
  return out;
}

static Node* parse_string(Parser* p) {
  Node* node = new_node(p, kString);
  if (!node) return NULL;
  char* out = p->strings;
  node->text = out;
  for (++p->at; p->at < p->end && *p->at != '"'; ++p->at) {
    if (*p->at != '\\') {
      if ((unsigned char)*p->at < 0x20) return fail(p);
      *out++ = *p->at;
      continue;
    }
    if (++p->at == p->end) return fail(p);
    switch (*p->at) {
      case 'n':
        *out++ = '\n';
        break;
      case 't':
        *out++ = '\t';
        break;
      case 'r':
        *out++ = '\r';
        break;
      case 'b':
        *out++ = '\b';
        break;
      case 'f':
        *out++ = '\f';
        break;
      case 'u': {
        unsigned code = 0;
        for (int i = 0; i < 4; ++i) {
          if (++p->at == p->end || hex_value(*p->at) < 0) return fail(p);
          code = code << 4 | (unsigned)hex_value(*p->at);
        }
        out = put_utf8(out, code);
        break;
      }
      case '"':
      case '\\':
      case '/':
        *out++ = *p->at;
        break;
      default:
        return fail(p);
    }
  }
  if (p->at == p->end) return fail(p);
  ++p->at;
  node->length = (uint32_t)(out - node->text);
  p->strings = out;
  return node;
}

static int is_digit(const Parser* p) { return p->at < p->end && *p->at >= '0' && *p->at <= '9'; }

static Node* parse_number(Parser* p) {
  Node* node = new_node(p, kNumber);
  if (!node) return NULL;
  const int negative = *p->at == '-';
  p->at += negative;
  if (!is_digit(p)) return fail(p);
  double value = 0, scale = 1;
  for (; is_digit(p); ++p->at) value = value * 10 + (*p->at - '0');
  if (p->at < p->end && *p->at == '.') {
    ++p->at;
    if (!is_digit(p)) return fail(p);
    for (; is_digit(p); ++p->at) value = value * 10 + (*p->at - '0'), scale *= 10;
  }
  int exponent = 0, down = 0;
  if (p->at < p->end && (*p->at == 'e' || *p->at == 'E')) {
    ++p->at;
    if (p->at < p->end && (*p->at == '-' || *p->at == '+')) down = *p->at++ == '-';
    if (!is_digit(p)) return fail(p);
    for (; is_digit(p); ++p->at)
      if (exponent < 400) exponent = exponent * 10 + (*p->at - '0');
  }
  value /= scale;
  for (; exponent > 0; --exponent) value = down ? value / 10 : value * 10;
  node->number = negative ? -value : value;
  return node;
}

static Node* parse_word(Parser* p, const char* word, Kind kind) {
  const size_t length = strlen(word);
  if ((size_t)(p->end - p->at) < length || memcmp(p->at, word, length) != 0) return fail(p);
  p->at += length;
  return new_node(p, kind);
}

static Node* parse_value(Parser* p, int depth);

static Node* parse_members(Parser* p, Kind kind, int depth) {
  Node* node = new_node(p, kind);
  if (!node || depth == kDepthMax) return fail(p);
  const char close = kind == kArray ? ']' : '}';
  Node** tail = &node->first;
  ++p->at;
  skip_space(p);
  if (p->at < p->end && *p->at == close) return ++p->at, node;
  for (;;) {
    if (kind == kObject) {
      skip_space(p);
      if (p->at == p->end || *p->at != '"') return fail(p);
      Node* name = parse_string(p);
      if (!name) return NULL;
      *tail = name, tail = &name->next;
      skip_space(p);
      if (p->at == p->end || *p->at++ != ':') return fail(p);
    }
    Node* value = parse_value(p, depth + 1);
    if (!value) return NULL;
    *tail = value, tail = &value->next;
    skip_space(p);
    if (p->at == p->end) return fail(p);
    const char c = *p->at++;
    if (c == close) return node;
    if (c != ',') return fail(p);
  }
}

static Node* parse_value(Parser* p, int depth) {
  skip_space(p);
  if (p->at == p->end) return fail(p);
  switch (*p->at) {
    case '{':
      return parse_members(p, kObject, depth);
    case '[':
      return parse_members(p, kArray, depth);
    case '"':
      return parse_string(p);
    case 't':
      return parse_word(p, "true", kTrue);
    case 'f':
      return parse_word(p, "false", kFalse);
    case 'n':
      return parse_word(p, "null", kNull);
    default:
      return parse_number(p);
  }
}

static uint64_t sum_tree(const Node* node, uint64_t sum) {
  for (; node; node = node->next) {
    sum = mix(sum, node->kind);
    uint64_t bits;
    memcpy(&bits, &node->number, sizeof bits);
    if (node->kind == kNumber) sum = mix(sum, bits);
    for (uint32_t i = 0; i < node->length; ++i) sum = mix(sum, (uint8_t)node->text[i]);
    sum = sum_tree(node->first, sum);
  }
  return sum;
}

static size_t write_text(char* text) {
  uint64_t random = 4;
  char* out = text;
  *out++ = '[';
  for (int i = 0; i < kRecords; ++i) {
    const uint64_t r = next_random(&random);
    out += snprintf(out, kRecordBytesMax,
                    "%s{\"id\": %d, \"name\": \"task \\\"%llx\\\" \\u00e9\", \"price\": %u.%02u, \"rate\": -%ue-%u,\n"
                    "  \"tags\": [\"wasm\", \"gpu-%u\", [], {}], \"done\": %s, \"worker\": null}",
                    i ? ",\n " : "", i, (unsigned long long)r, (unsigned)(r % 1000), (unsigned)(r >> 20 & 63),
                    (unsigned)(r >> 30 & 1023), (unsigned)(r >> 40 & 7), (unsigned)(r >> 50 & 15), r & 1 ? "true" : "false");
  }
  *out++ = ']';
  return (size_t)(out - text);
}

uint64_t kernel(void) {
  enum { kNodesPerRecord = 20 };
  char* text = malloc((size_t)kRecords * kRecordBytesMax * 2);
  Node* nodes = malloc((size_t)kRecords * kNodesPerRecord * sizeof *nodes);
  if (!text || !nodes) return 0;
  const size_t length = write_text(text);
  uint64_t sum = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    Parser parser = {text, text + length, nodes, nodes + (size_t)kRecords * kNodesPerRecord, text + length, 0};
    const Node* root = parse_value(&parser, 0);
    if (!root || parser.failed || parser.at != parser.end) return 0;
    sum = sum_tree(root, sum);
  }
  free(nodes);
  free(text);
  return sum;
}
