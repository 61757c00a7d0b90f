/* s3_plates.c -- SPMS' photographs of number plates. */
#include "dialects/dialects.h"
#include "plates/plates.h"

struct s3_upload {
	struct upload image;
};
static const struct field s3_upload_fields[] = {
	FIELD(s3_upload, image, .required = true,
	    .doc = "A photograph: JPEG, PNG or WebP, 10 MiB at most"),
	FIELD_END,
};

struct s3_read {
	text plate;
	double confidence;
	struct rows candidates; /* struct plate_guess */
	bool accepted;
	int64_t read_id;
};
static const struct field s3_read_fields[] = {
	FIELD(s3_read, plate),
	FIELD(s3_read, confidence, .doc = "0 to 1"),
	FIELD_LIST(s3_read, candidates, plate_guess, .doc = "Best first"),
	FIELD(s3_read, accepted,
	    .doc = "false: below OCR_CONFIDENCE_THRESHOLD, it waits for a person"),
	FIELD(s3_read, read_id),
	FIELD_END,
};

static enum problem
upload_plate(struct ctx *c, const void *in, struct reply *r)
{
	const struct s3_upload *s = in;
	struct photograph p = { .source = "s3", .bytes = s->image.bytes, .n = s->image.n };
	struct s3_read *told = arena_alloc(c->arena, sizeof *told);
	struct plate_read made = { 0 };

	TRY(plate_read_photograph(c, &p, &made));
	*told =
	    (struct s3_read){ made.plate, made.confidence, made.readings, !made.waiting, made.id };
	return reply_one(r, told);
}

const struct route s3_plate_routes[] = {
	{ POST, "/upload_plate", CUSTOMER, upload_plate, TAKES(s3_upload), GIVES(s3_read),
	    .dress = API_ONLY, .bare = true, .scope = "gate", SPEAKS(s3, { INVALID, 422 }),
	    FAILS(TOO_LARGE, UNSUPPORTED_TYPE, BUSY, UNAVAILABLE),
	    .doc = "Read the number plate in a photograph." },
	{ 0 },
};
