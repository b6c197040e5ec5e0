#include "image_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static gboolean ready = FALSE;

/* Where a loader says why only in its log (libpng's does). */
static _Thread_local char last_warning[256];

/* Damaged files make libvips talk; errors are returned, so nothing goes to the console. */
static void
keep_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
    (void)domain;
    (void)level;
    (void)data;
    g_strlcpy(last_warning, message != NULL ? message : "", sizeof last_warning);
}

static gpointer
start(gpointer unused)
{
    (void)unused;
    if (vips_init("pssr") != 0)
        return NULL;
    g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, keep_log, NULL);
    /* Each picture is read once: a cache of operations would only hold memory. */
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_cache_set_max_files(0);
    /* Only the five loaders named in image_read.c are ever called; this closes every other door (ImageMagick, PDF, SVG, OpenSlide...). */
    vips_block_untrusted_set(TRUE);
    ready = TRUE;
    return NULL;
}

int
pssr_begin(char *error, int32_t error_size)
{
    static GOnce once = G_ONCE_INIT;
    g_once(&once, start, NULL);
    if (!ready)
        return pssr_fail(error, error_size, NULL);
    vips_error_clear();
    last_warning[0] = '\0';
    return 0;
}

int
pssr_fail(char *error, int32_t error_size, const char *format, ...)
{
    if (error == NULL || error_size <= 0)
        return -1;
    if (format != NULL) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error, (size_t)error_size, format, arguments);
        va_end(arguments);
        return -1;
    }

    const char *text = vips_error_buffer();
    if (text == NULL || text[0] == '\0')
        text = last_warning[0] != '\0' ? last_warning : "unknown error";
    g_strlcpy(error, text, (gsize)error_size);
    g_strchomp(error);
    vips_error_clear();
    return -1;
}

int64_t
pssr_sample_bytes(const pssr_image_info *info)
{
    if (info == NULL || info->width <= 0 || info->height <= 0 || info->channels < 1 || info->channels > 4
        || (info->bits != 8 && info->bits != 16))
        return -1;
    return (int64_t)info->width * info->height * info->channels * (info->bits / 8);
}

int32_t
pssr_image_abi(void)
{
    return PSSR_IMAGE_ABI;
}

const char *
pssr_image_version(void)
{
    return pssr_begin(NULL, 0) == 0 ? vips_version_string() : NULL;
}
