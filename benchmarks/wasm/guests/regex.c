/* Regular expressions by Thompson's construction and a list of states that advance together (Thompson 1968; no backtracking, time
 * linear in the text), searched for in lines of a text that the kernel writes first. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

enum { kTextBytes = 1 << 20, kProgramMax = 128, kSetBytes = 32 };

typedef enum { kByte, kAny, kSet, kSplit, kJump, kMatch } Op;
typedef struct {
  Op op;
  uint8_t byte;
  int x, y;               /* targets of split and jump */
  uint8_t set[kSetBytes]; /* a bit per byte */
} Instruction;

typedef struct {
  Instruction code[kProgramMax];
  int length;
  const char* at; /* of the pattern while it is compiled */
} Program;

static int emit(Program* p, Op op) {
  memset(&p->code[p->length], 0, sizeof p->code[0]);
  p->code[p->length].op = op;
  return p->length++;
}

/* Makes room for one instruction before `from`, whose targets behind it move along. */
static void insert(Program* p, int from, Op op) {
  memmove(&p->code[from + 1], &p->code[from], sizeof(Instruction) * (size_t)(p->length - from));
  ++p->length;
  for (int i = from + 1; i < p->length; ++i) {
    if (p->code[i].x >= from) ++p->code[i].x;
    if (p->code[i].y >= from) ++p->code[i].y;
  }
  memset(&p->code[from], 0, sizeof p->code[0]);
  p->code[from].op = op;
}

static void compile_set(Program* p) {
  const int at = emit(p, kSet);
  uint8_t* set = p->code[at].set;
  const int inverted = *p->at == '^';
  p->at += inverted;
  for (; *p->at != ']'; ++p->at) {
    unsigned low = (uint8_t)*p->at, high = low;
    if (p->at[1] == '-' && p->at[2] != ']') high = (uint8_t)p->at[2], p->at += 2;
    for (unsigned c = low; c <= high; ++c) set[c / 8] |= (uint8_t)(1u << c % 8);
  }
  ++p->at;
  for (int i = 0; inverted && i < kSetBytes; ++i) set[i] = (uint8_t)~set[i];
}

static void compile_choice(Program* p);

static void compile_piece(Program* p) {
  const int start = p->length;
  const char c = *p->at++;
  if (c == '(') {
    compile_choice(p);
    ++p->at;
  } else if (c == '[') {
    compile_set(p);
  } else if (c == '.') {
    emit(p, kAny);
  } else {
    const uint8_t byte = (uint8_t)(c == '\\' ? *p->at++ : c);
    p->code[emit(p, kByte)].byte = byte;
  }
  const char repeat = *p->at;
  if (repeat == '*' || repeat == '?') {
    ++p->at;
    insert(p, start, kSplit);
    if (repeat == '*') p->code[emit(p, kJump)].x = start;
    p->code[start].x = start + 1;
    p->code[start].y = p->length;
  } else if (repeat == '+') {
    ++p->at;
    const int split = emit(p, kSplit);
    p->code[split].x = start;
    p->code[split].y = p->length;
  }
}

static void compile_choice(Program* p) {
  const int start = p->length;
  while (*p->at && *p->at != '|' && *p->at != ')') compile_piece(p);
  if (*p->at != '|') return;
  ++p->at;
  insert(p, start, kSplit);
  const int jump = emit(p, kJump);
  p->code[start].x = start + 1;
  p->code[start].y = p->length;
  compile_choice(p);
  p->code[jump].x = p->length;
}

static void compile(Program* p, const char* pattern) {
  p->length = 0;
  p->at = pattern;
  compile_choice(p);
  emit(p, kMatch);
}

/* States of one position, each once: `mark` holds the position at which it was added. */
typedef struct {
  int states[kProgramMax];
  int count;
  uint32_t mark[kProgramMax];
} List;

static void add(const Program* p, List* list, int state, uint32_t position) {
  if (list->mark[state] == position) return;
  list->mark[state] = position;
  const Instruction* in = &p->code[state];
  if (in->op == kJump) {
    add(p, list, in->x, position);
  } else if (in->op == kSplit) {
    add(p, list, in->x, position);
    add(p, list, in->y, position);
  } else {
    list->states[list->count++] = state;
  }
}

static int takes(const Instruction* in, uint8_t c) {
  switch (in->op) {
    case kByte:
      return in->byte == c;
    case kAny:
      return 1;
    case kSet:
      return in->set[c / 8] >> c % 8 & 1;
    default:
      return 0;
  }
}

/* End of the longest match that starts anywhere in the line, or -1. */
static int search(const Program* p, const char* line, int length) {
  static List lists[2];
  memset(lists, 0, sizeof lists);
  List *now = &lists[0], *then = &lists[1];
  int end = -1;
  for (int i = 0; i <= length; ++i) {
    add(p, now, 0, (uint32_t)i + 1);
    then->count = 0;
    for (int s = 0; s < now->count; ++s) {
      const Instruction* in = &p->code[now->states[s]];
      if (in->op == kMatch) {
        end = i;
      } else if (i < length && takes(in, (uint8_t)line[i])) {
        add(p, then, now->states[s] + 1, (uint32_t)i + 2);
      }
    }
    List* held = now;
    now = then, then = held;
  }
  return end;
}

static void write_text(char* text) {
  static const char* const kWords[] = {
      "worker", "10.0.17.254",     "GET /api/v1/tasks", "error: timeout", "alice@example.org", "0x7ffe12ab", "2026-11-22T20:18:09Z",
      "retry",  "\"quoted text\"", "aaaaaaaaaab"};
  uint64_t random = 5;
  int at = 0;
  while (at < kTextBytes) {
    const uint64_t r = next_random(&random);
    const char* word = kWords[(r >> 8) % (sizeof kWords / sizeof *kWords)];
    for (; *word && at < kTextBytes; ++word) text[at++] = *word;
    if (at < kTextBytes) text[at++] = (r >> 32) % 8 ? ' ' : '\n';
  }
}

uint64_t kernel(void) {
  static const char* const kPatterns[] = {"[a-z]+@[a-z]+\\.(org|com|net)", "[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+",
                                          "(GET|POST) /[a-z/0-9]*", "(error|warning): [^ ]+", "(a|aa)*b"};
  char* text = malloc(kTextBytes);
  if (!text) return 0;
  write_text(text);
  static Program program;
  uint64_t sum = 0;
  for (unsigned i = 0; i < sizeof kPatterns / sizeof *kPatterns; ++i) {
    compile(&program, kPatterns[i]);
    for (const char *line = text, *end = text + kTextBytes; line < end;) {
      const char* stop = memchr(line, '\n', (size_t)(end - line));
      if (!stop) stop = end;
      sum = mix(sum, (uint64_t)search(&program, line, (int)(stop - line)));
      line = stop + 1;
    }
  }
  free(text);
  return sum;
}
