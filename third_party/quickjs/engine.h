// What engine.c adds to the interface of QuickJS-ng.
#pragma once

#include "quickjs.h"

/// Starts Math.random of this context anew.
void engine_seed_random(JSContext* context, uint64_t seed);
