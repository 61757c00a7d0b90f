/*
 * machine.h -- the machine under the program.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "base/base.h"

/* What is free, for us, of the file system that holds path, and its whole size; bytes.  False: it cannot be told. */
bool machine_disk(text path, int64_t *left, int64_t *whole);

/* What a process of this machine holds in memory, bytes; 0: it is gone, or may not be asked. */
int64_t machine_memory(int64_t pid);

/* "1.4 GB", "12 MB", "800 B": thousands, as disks are sold. */
text bytes_text(struct arena *, int64_t bytes);

#endif
