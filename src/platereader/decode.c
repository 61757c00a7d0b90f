/*
 * decode.c -- JPEG, PNG and WebP into grey, upright.
 *
 * The libraries that do it are the reason why all this lives in a process of its own.  Their size was looked at before
 * (base/image.h); a JPEG or WebP that is larger than needed is decoded smaller, which costs a fraction.
 */
#include "platereader/grey.h"

#include <setjmp.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

static bool
grey_new(struct grey *g, int64_t width, int64_t height)
{
	*g = (struct grey){ 0 };
	if (width < 1 || height < 1 || width > IMAGE_SIDE || height > IMAGE_SIDE ||
	    width * height > IMAGE_PIXELS)
		return false;
	*g = (struct grey){ (int)width, (int)height, calloc((size_t)width, (size_t)height) };
	return g->at != NULL;
}

/* ---- JPEG */

struct jpeg_failure {
	struct jpeg_error_mgr by_libjpeg; /* first: it is what libjpeg knows */
	jmp_buf back;
};

static void
jpeg_failed(j_common_ptr c)
{
	longjmp(((struct jpeg_failure *)(void *)c->err)->back, 1);
}

static void
jpeg_silent(j_common_ptr c)
{
	(void)c;
}

static int
divisor_for(int64_t longest, int enough)
{
	int d = 1;

	while (d < 8 && longest / (d * 2) >= enough)
		d *= 2;
	return d;
}

static bool
decode_jpeg(const void *bytes, size_t n, int enough, struct grey *g)
{
	struct jpeg_decompress_struct c;
	struct jpeg_failure failure;

	c.err = jpeg_std_error(&failure.by_libjpeg);
	failure.by_libjpeg.error_exit = jpeg_failed;
	failure.by_libjpeg.output_message = jpeg_silent;
	if (setjmp(failure.back)) {
		jpeg_destroy_decompress(&c);
		return false;
	}
	jpeg_create_decompress(&c);
	jpeg_mem_src(&c, bytes, n);
	jpeg_read_header(&c, TRUE);
	c.out_color_space = JCS_GRAYSCALE;
	c.dct_method = JDCT_IFAST;
	c.scale_num = 1;
	c.scale_denom = (unsigned)divisor_for(
	    c.image_width > c.image_height ? c.image_width : c.image_height, enough);
	jpeg_start_decompress(&c);
	if (!grey_new(g, c.output_width, c.output_height) || c.output_components != 1)
		jpeg_failed((j_common_ptr)&c);
	while (c.output_scanline < c.output_height) {
		JSAMPROW row = g->at + (size_t)c.output_scanline * c.output_width;

		jpeg_read_scanlines(&c, &row, 1);
	}
	/* Damaged ones are filled up with grey and warned of: better half a photograph than none. */
	jpeg_finish_decompress(&c);
	jpeg_destroy_decompress(&c);
	return true;
}

/* ---- PNG */

struct png_source {
	const unsigned char *at;
	size_t left;
};

static void
png_give(png_structp p, png_bytep to, size_t n)
{
	struct png_source *s = png_get_io_ptr(p);

	if (n > s->left)
		png_error(p, "cut off");
	memcpy(to, s->at, n);
	s->at += n;
	s->left -= n;
}

static void
png_silent(png_structp p, png_const_charp words)
{
	(void)p;
	(void)words;
}

static _Noreturn void
png_failed(png_structp p, png_const_charp words)
{
	(void)words;
	png_longjmp(p, 1);
}

/* Grey of eight bits, whatever it was; what shines through lies on white. */
static void
png_to_grey(png_structp p, png_infop info)
{
	png_color_16 white = { .red = 255, .green = 255, .blue = 255, .gray = 255 };

	png_set_expand(p);
	png_set_scale_16(p);
	if (png_get_color_type(p, info) & PNG_COLOR_MASK_ALPHA ||
	    png_get_valid(p, info, PNG_INFO_tRNS))
		png_set_background(p, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
	if (png_get_color_type(p, info) & PNG_COLOR_MASK_COLOR)
		png_set_rgb_to_gray(p, PNG_ERROR_ACTION_NONE, -1, -1);
	png_set_strip_alpha(p);
	png_set_interlace_handling(p);
	png_read_update_info(p, info);
}

static bool
decode_png(const void *bytes, size_t n, int enough, struct grey *g)
{
	struct png_source source = { bytes, n };
	png_bytep *volatile rows = NULL;
	png_structp p = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, png_failed, png_silent);
	png_infop info = p ? png_create_info_struct(p) : NULL;

	(void)enough;
	if (info == NULL || setjmp(png_jmpbuf(p))) {
		png_destroy_read_struct(&p, &info, NULL);
		free((void *)rows);
		return false;
	}
	png_set_user_limits(p, IMAGE_SIDE, IMAGE_SIDE);
	png_set_chunk_malloc_max(p, 1 << 20);
	png_set_read_fn(p, &source, png_give);
	png_read_info(p, info);
	png_to_grey(p, info);
	if (!grey_new(g, png_get_image_width(p, info), png_get_image_height(p, info)) ||
	    png_get_rowbytes(p, info) != (size_t)g->width)
		png_failed(p, "");
	rows = memory_take((size_t)g->height * sizeof *rows);
	for (int y = 0; y < g->height; y++)
		rows[y] = g->at + (size_t)y * (size_t)g->width;
	png_read_image(p, rows);
	png_destroy_read_struct(&p, &info, NULL);
	free((void *)rows);
	return true;
}

/* ---- WebP */

static bool
decode_webp(const void *bytes, size_t n, int enough, struct grey *g)
{
	WebPDecoderConfig config;
	bool good = false;

	if (!WebPInitDecoderConfig(&config) ||
	    WebPGetFeatures(bytes, n, &config.input) != VP8_STATUS_OK)
		return false;
	int width = config.input.width, height = config.input.height;
	int d = divisor_for(width > height ? width : height, enough);
	config.options.use_scaling = d > 1;
	config.options.scaled_width = width / d ? width / d : 1;
	config.options.scaled_height = height / d ? height / d : 1;
	config.output.colorspace = MODE_RGB;
	if (WebPDecode(bytes, n, &config) == VP8_STATUS_OK &&
	    grey_new(g, config.output.width, config.output.height)) {
		const WebPRGBABuffer *rgb = &config.output.u.RGBA;

		for (int y = 0; y < g->height; y++) {
			const uint8_t *from = rgb->rgba + (size_t)y * (size_t)rgb->stride;
			uint8_t *to = g->at + (size_t)y * (size_t)g->width;

			for (int x = 0; x < g->width; x++, from += 3) /* ITU-R BT.601 */
				to[x] =
				    (uint8_t)((from[0] * 77 + from[1] * 150 + from[2] * 29) >> 8);
		}
		good = true;
	}
	WebPFreeDecBuffer(&config.output);
	return good;
}

/* ---- upright */

/* The EXIF orientations (CIPA DC-008, 4.6.4): where a pixel of the upright picture lies in the other. */
static void
turn(struct grey *g, int orientation)
{
	bool across = orientation >= 5; /* rows become columns */
	struct grey up;

	if (orientation <= 1 || orientation > 8)
		return;
	up = (struct grey){ across ? g->height : g->width, across ? g->width : g->height,
		memory_take((size_t)g->width * (size_t)g->height) };
	for (int y = 0; y < up.height; y++)
		for (int x = 0; x < up.width; x++) {
			int fx = across ? y : x, fy = across ? x : y;

			if (orientation == 2 || orientation == 3 || orientation == 7 ||
			    orientation == 8)
				fx = g->width - 1 - fx;
			if (orientation == 3 || orientation == 4 || orientation == 6 ||
			    orientation == 7)
				fy = g->height - 1 - fy;
			up.at[(size_t)y * (size_t)up.width + (size_t)x] =
			    g->at[(size_t)fy * (size_t)g->width + (size_t)fx];
		}
	free(g->at);
	*g = up;
}

bool
grey_decode(
    const void *bytes, size_t n, const struct image_head *head, int enough, struct grey *out)
{
	static bool (*const decode[])(const void *, size_t, int, struct grey *) = {
		[IMAGE_JPEG] = decode_jpeg, [IMAGE_PNG] = decode_png, [IMAGE_WEBP] = decode_webp
	};

	*out = (struct grey){ 0 };
	if (!decode[head->kind](bytes, n, enough, out)) {
		free(out->at);
		*out = (struct grey){ 0 };
		return false;
	}
	turn(out, head->orientation);
	return true;
}
