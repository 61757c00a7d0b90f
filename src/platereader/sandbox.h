/*
 * sandbox.h -- what a process may do that decodes strangers' pictures: compute, take the next one, answer.
 *
 * Everything else ends it at once (seccomp, by libseccomp): no file is opened, no socket made, no process started, no memory
 * made executable, nothing sent but over the one socket it has.  Limits on memory and files hold besides, in case.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

/* Closes all descriptors but that one (which becomes number 0) and goes in; ends the process where it cannot. */
void sandbox_enter(int socket);
enum { SANDBOX_SOCKET = 0 };

/* Tries what must not work, each in a process of its own, and prints how that ended; 0 if the sandbox held. */
int sandbox_prove(void);

#endif
