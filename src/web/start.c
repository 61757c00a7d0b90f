/* start.c -- before the first request; and the assets, which need no more than that. */
#include "gear/template.h"
#include "web/assets.h"
#include "web/inner.h"

bool
web_start(struct arena *forever, text *why)
{
	routes_index();
	return pages_start(forever, why);
}

bool
asset_serve(struct call *call)
{
	const struct request *q = call->q;
	struct response *out = call->out;
	text seen = header_of(q, "if-none-match"), encoding = NULL;

	if (!text_starts(q->path, "/assets/") || call->method != GET)
		return false;
	const struct asset *a = asset_at(q->path);
	if (a == NULL)
		return false;
	out->status = 200;
	out->type = a->type;
	out->body = asset_bytes(a, header_of(q, "accept-encoding"), &out->n_body, &encoding);
	if (encoding)
		header_add(call, "Content-Encoding", encoding);
	header_add(call, "Vary", "Accept-Encoding");
	header_add(call, "Cache-Control", "public, max-age=31536000, immutable");
	header_add(call, "ETag", a->etag);
	if (seen && strstr(seen, a->etag)) {
		out->status = 304;
		out->n_body = 0;
	}
	return true;
}
