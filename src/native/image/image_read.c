#include "image_internal.h"

#include <unistd.h>

struct pssr_reader {
    VipsImage *image; /* header read, conversions planned, nothing decoded */
};

/* Sequential access: rows stream from the file into the caller's memory, and nothing is kept twice. */
#define LOAD_OPTIONS "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL

static int
load(VipsSource *source, int32_t format, VipsImage **image)
{
    switch (format) {
    case PSSR_PNG:
        return vips_pngload_source(source, image, LOAD_OPTIONS);
    case PSSR_JPEG:
        return vips_jpegload_source(source, image, LOAD_OPTIONS);
    case PSSR_WEBP:
        return vips_webpload_source(source, image, "page", 0, "n", 1, LOAD_OPTIONS);
    case PSSR_TIFF:
        return vips_tiffload_source(source, image, "page", 0, "n", 1, LOAD_OPTIONS);
    case PSSR_GIF:
        return vips_gifload_source(source, image, "page", 0, "n", 1, LOAD_OPTIONS);
    default:
        vips_error("pssr", "unknown format %d", format);
        return -1;
    }
}

/* Replaces *image by what an operation made of it. (made is a pointer: its value must be looked at after the operation has run.) */
static int
step(VipsImage **image, int result, VipsImage **made)
{
    if (result != 0)
        return -1;
    g_object_unref(*image);
    *image = *made;
    return 0;
}

/* CMYK through its own profile, or through libvips' general one where that is missing or broken, to sRGB. */
static int
cmyk_to_srgb(VipsImage **image)
{
    VipsImage *made = NULL;
    int depth = (*image)->BandFmt == VIPS_FORMAT_USHORT ? 16 : 8;
    int result = vips_icc_transform(*image, &made, "srgb", "embedded", TRUE, "input_profile", "cmyk",
        "intent", VIPS_INTENT_RELATIVE, "black_point_compensation", TRUE, "depth", depth, NULL);
    if (result != 0) {
        vips_error_clear();
        result = vips_icc_transform(*image, &made, "srgb", "input_profile", "cmyk", "intent", VIPS_INTENT_RELATIVE, "depth", depth, NULL);
    }
    return step(image, result, &made);
}

/* Colour spaces that are not grey, RGB or CMYK (TIFF's Lab, XYZ) go to sRGB. */
static int
to_known_space(VipsImage **image)
{
    VipsImage *made = NULL;
    switch ((*image)->Type) {
    case VIPS_INTERPRETATION_CMYK:
        return cmyk_to_srgb(image);
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABQ:
    case VIPS_INTERPRETATION_XYZ:
    case VIPS_INTERPRETATION_LCH:
    case VIPS_INTERPRETATION_YXY:
        return step(image, vips_colourspace(*image, &made, VIPS_INTERPRETATION_sRGB, NULL), &made);
    case VIPS_INTERPRETATION_LABS:
        return step(image, vips_colourspace(*image, &made, VIPS_INTERPRETATION_RGB16, NULL), &made);
    default:
        return 0;
    }
}

/* Samples to 8 or 16 bit: floats are taken as 0..1 in the picture's own transfer curve and clipped; 32-bit integers keep their upper half. */
static int
to_known_depth(VipsImage **image)
{
    VipsImage *made = NULL;
    switch ((*image)->BandFmt) {
    case VIPS_FORMAT_UCHAR:
    case VIPS_FORMAT_USHORT:
        return 0;
    case VIPS_FORMAT_UINT:
        return step(image, vips_cast(*image, &made, VIPS_FORMAT_USHORT, "shift", TRUE, NULL), &made);
    case VIPS_FORMAT_FLOAT:
    case VIPS_FORMAT_DOUBLE:
        if (step(image, vips_linear1(*image, &made, 65535.0, 0.5, NULL), &made) != 0)
            return -1;
        return step(image, vips_cast(*image, &made, VIPS_FORMAT_USHORT, NULL), &made);
    default:
        vips_error("pssr", "signed and complex samples are not supported");
        return -1;
    }
}

/* Samples beyond grey or RGB with one alpha (a TIFF's masks and spot colours) are left out; more than that, unnamed, is no picture. */
static int
to_known_channels(VipsImage **image)
{
    VipsImage *made = NULL;
    int bands = (*image)->Bands;
    int grey = (*image)->Type == VIPS_INTERPRETATION_B_W || (*image)->Type == VIPS_INTERPRETATION_GREY16;
    if (bands <= (grey ? 2 : 4))
        return 0;

    switch ((*image)->Type) {
    case VIPS_INTERPRETATION_B_W:
    case VIPS_INTERPRETATION_GREY16:
        return step(image, vips_extract_band(*image, &made, 0, "n", 2, NULL), &made);
    case VIPS_INTERPRETATION_sRGB:
    case VIPS_INTERPRETATION_RGB:
    case VIPS_INTERPRETATION_RGB16:
    case VIPS_INTERPRETATION_scRGB:
        return step(image, vips_extract_band(*image, &made, 0, "n", 4, NULL), &made);
    default:
        vips_error("pssr", "a picture of %d unnamed channels is not supported", bands);
        return -1;
    }
}

static int
refuse_too_large(const VipsImage *image, int64_t pixel_limit, char *error, int32_t error_size)
{
    int64_t pixels = (int64_t)image->Xsize * image->Ysize;
    if (pixels <= pixel_limit)
        return 0;
    return pssr_fail(error, error_size, "%d x %d is %lld pixels, over the limit of %lld", image->Xsize, image->Ysize, (long long)pixels,
        (long long)pixel_limit);
}

int32_t
pssr_image_open(int32_t descriptor, int32_t format, int64_t pixel_limit, pssr_reader **reader, pssr_image_info *info, char *error,
    int32_t error_size)
{
    if (reader == NULL || info == NULL)
        return pssr_fail(error, error_size, "null argument");
    *reader = NULL;
    if (pssr_begin(error, error_size) != 0)
        return -1;
    if (lseek(descriptor, 0, SEEK_SET) != 0)
        return pssr_fail(error, error_size, "the file can't be read from its start");

    VipsSource *source = vips_source_new_from_descriptor(descriptor);
    if (source == NULL)
        return pssr_fail(error, error_size, NULL);
    VipsImage *image = NULL;
    int result = load(source, format, &image);
    g_object_unref(source); /* the image holds its own reference */
    if (result != 0) {
        g_clear_object(&image);
        return pssr_fail(error, error_size, NULL);
    }

    if (refuse_too_large(image, pixel_limit, error, error_size) != 0) {
        g_object_unref(image);
        return -1;
    }
    if (to_known_space(&image) != 0 || to_known_depth(&image) != 0 || to_known_channels(&image) != 0) {
        g_object_unref(image);
        return pssr_fail(error, error_size, NULL);
    }

    info->width = image->Xsize;
    info->height = image->Ysize;
    info->channels = image->Bands;
    info->bits = image->BandFmt == VIPS_FORMAT_USHORT ? 16 : 8;
    *reader = g_new(pssr_reader, 1);
    (*reader)->image = image;
    return 0;
}

int32_t
pssr_image_read(pssr_reader *reader, void *samples, int64_t size, char *error, int32_t error_size)
{
    if (reader == NULL || samples == NULL)
        return pssr_fail(error, error_size, "null argument");
    VipsImage *image = reader->image;
    if (size != (int64_t)VIPS_IMAGE_SIZEOF_IMAGE(image))
        return pssr_fail(error, error_size, "the picture needs %llu bytes, not %lld", (unsigned long long)VIPS_IMAGE_SIZEOF_IMAGE(image),
            (long long)size);
    vips_error_clear();

    VipsImage *memory = vips_image_new_from_memory(samples, (size_t)size, image->Xsize, image->Ysize, image->Bands, image->BandFmt);
    if (memory == NULL)
        return pssr_fail(error, error_size, NULL);
    int result = vips_image_write(image, memory);
    g_object_unref(memory);
    return result == 0 ? 0 : pssr_fail(error, error_size, NULL);
}

void
pssr_image_close(pssr_reader *reader)
{
    if (reader == NULL)
        return;
    g_object_unref(reader->image);
    g_free(reader);
}
