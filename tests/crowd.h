/*
 * crowd.h -- many at once in one process, as in a worker of the server: coroutines over the poll loop.
 */
#ifndef CROWD_H
#define CROWD_H

#include "base/base.h"

/* Runs run(i) for each i below n, each in a coroutine, and returns when all have. */
void crowd(int n, void (*run)(int i));

#endif
