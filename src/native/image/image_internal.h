#ifndef PSSR_IMAGE_INTERNAL_H
#define PSSR_IMAGE_INTERNAL_H

#include <vips/vips.h>

#include "pssr_image.h"

/* Starts libvips once; 0 when it is up. Clears libvips' error text, so that what stands there afterwards belongs to this call. */
int pssr_begin(char *error, int32_t error_size);

/* Writes a message, or libvips' error text when format is NULL, and returns -1. */
int pssr_fail(char *error, int32_t error_size, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Bytes of one picture's samples, or -1 when the description makes no sense. */
int64_t pssr_sample_bytes(const pssr_image_info *info);

#endif
