#include "image_internal.h"

#include <unistd.h>

/* Pixels per millimetre of 72 dpi, the customary "unknown"; libvips would write 25.4 dpi. */
#define UNKNOWN_RESOLUTION (72.0 / 25.4)

static VipsInterpretation
interpretation_of(const pssr_image_info *info)
{
    if (info->channels <= 2)
        return info->bits == 16 ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
    return info->bits == 16 ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
}

static int
save(VipsImage *image, VipsTarget *target, int32_t format, int32_t quality)
{
    switch (format) {
    case PSSR_PNG: /* measured on photographs: choosing a filter by row, or more effort on 16-bit samples, costs time and no byte is saved */
        return vips_pngsave_target(image, target, "compression", image->BandFmt == VIPS_FORMAT_USHORT ? 2 : 4,
            "filter", VIPS_FOREIGN_PNG_FILTER_PAETH, "strip", TRUE, NULL);
    case PSSR_JPEG: /* chroma is kept whole from quality 90 on */
        return vips_jpegsave_target(image, target, "Q", quality, "optimize_coding", TRUE, "strip", TRUE, NULL);
    case PSSR_WEBP:
        return vips_webpsave_target(image, target, "Q", quality, "lossless", quality == 100, "smart_subsample", TRUE, "strip", TRUE, NULL);
    default:
        vips_error("pssr", "format %d can't be written", format);
        return -1;
    }
}

int32_t
pssr_image_write(int32_t descriptor, int32_t format, const pssr_image_info *info, const void *samples, int32_t quality, char *error,
    int32_t error_size)
{
    int64_t size = pssr_sample_bytes(info);
    if (samples == NULL || size < 0)
        return pssr_fail(error, error_size, "not a picture");
    if (pssr_begin(error, error_size) != 0)
        return -1;
    if (lseek(descriptor, 0, SEEK_SET) != 0)
        return pssr_fail(error, error_size, "the file can't be written from its start");

    VipsImage *memory = vips_image_new_from_memory(samples, (size_t)size, info->width, info->height, info->channels,
        info->bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR);
    VipsImage *image = NULL;
    VipsTarget *target = vips_target_new_to_descriptor(descriptor);
    int result = memory == NULL || target == NULL ? -1
        : vips_copy(memory, &image, "interpretation", interpretation_of(info), "xres", UNKNOWN_RESOLUTION, "yres", UNKNOWN_RESOLUTION, NULL);
    if (result == 0)
        result = save(image, target, format, quality);
    g_clear_object(&image);
    g_clear_object(&target);
    g_clear_object(&memory);
    return result == 0 ? 0 : pssr_fail(error, error_size, NULL);
}
