/* openapi.h -- what the document and the page of it share. */
#ifndef OPENAPI_H
#define OPENAPI_H

#include "web/web.h"

bool openapi_covers(const struct route *); /* part of the API? */
bool openapi_in_path(const struct route *, text name); /* is that field a ":name" of the path? */

#endif
