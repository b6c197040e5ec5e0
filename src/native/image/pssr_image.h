/* The C ABI between VipsBackend.System.cs and libvips: pixels only. Metadata blocks (ICC, EXIF, XMP) are read and written by the managed side,
 * which also turns pictures upright, so that both picture libraries share one implementation of either.
 *
 * Every function that can fail returns 0 or -1 and, on -1, a message in error (UTF-8, ended by NUL, cut to error_size). Files are given as
 * descriptors: names never reach libvips, whose "name[option]" syntax would read meaning into brackets. */
#ifndef PSSR_IMAGE_H
#define PSSR_IMAGE_H

#include <stdint.h>

#define PSSR_EXPORT __attribute__((visibility("default")))

/* Raised whenever a signature or a meaning below changes. */
#define PSSR_IMAGE_ABI 1

/* The picture formats, by content; the managed side sniffs. BMP is managed code altogether: libvips has it only through ImageMagick.
 * TIFF is written by managed code. */
enum pssr_format { PSSR_PNG = 0, PSSR_JPEG = 1, PSSR_WEBP = 2, PSSR_TIFF = 3, PSSR_GIF = 4 };

typedef struct pssr_image_info {
    int32_t width;
    int32_t height;
    int32_t channels; /* 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; alpha straight */
    int32_t bits;     /* 8: uint8_t samples; 16: uint16_t samples in the machine's byte order */
} pssr_image_info;

typedef struct pssr_reader pssr_reader;

PSSR_EXPORT int32_t pssr_image_abi(void);

/* libvips' version, static storage; starts libvips when it has not been started. Null when it can't be started. */
PSSR_EXPORT const char *pssr_image_version(void);

/* Reads the header of the first frame. Refuses more than pixel_limit pixels before any is decoded. */
PSSR_EXPORT int32_t pssr_image_open(int32_t descriptor, int32_t format, int64_t pixel_limit, pssr_reader **reader, pssr_image_info *info,
    char *error, int32_t error_size);

/* Decodes into samples, which must hold size = width * height * channels * bits / 8 bytes: interleaved, row-major, as stored (not turned). */
PSSR_EXPORT int32_t pssr_image_read(pssr_reader *reader, void *samples, int64_t size, char *error, int32_t error_size);

PSSR_EXPORT void pssr_image_close(pssr_reader *reader);

/* Encodes PNG, JPEG or WebP to a descriptor that is open for reading and writing, without metadata. quality: 1..100 for JPEG and WebP (100: lossless WebP). */
PSSR_EXPORT int32_t pssr_image_write(int32_t descriptor, int32_t format, const pssr_image_info *info, const void *samples, int32_t quality,
    char *error, int32_t error_size);

#endif
