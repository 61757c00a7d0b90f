/*
 * audit.h -- who did what, for ever: written in the transaction of the deed, never changed.
 *
 * The person, the address and the request are taken from the context.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "gear/ctx.h"

/* audit_add(c, "role_changed", "user", 7, "customer → operator"): subject "" and id 0 for none.
 * No secrets in `detail`. */
enum problem audit_add(struct ctx *, text action, text subject, int64_t id, text detail);

/* What the log tells of a person's addresses, and of their own account, is taken off; that things were done stays. */
enum problem audit_forget_person(struct ctx *, int64_t user_id);
/* What was noted of these (int64_t), of whom they are: the stays of somebody. */
enum problem audit_forget_of(struct ctx *, text subject, struct rows ids);

#endif
