/*
 * banned.h -- calls this program does without: they overflow, keep hidden
 * state, or hand a string to a shell.  Using one does not compile.
 */
#ifndef BANNED_H
#define BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok strncpy strncat
#pragma GCC poison localtime gmtime ctime asctime system popen atoi atol atoll

#endif
