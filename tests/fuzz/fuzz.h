/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The door of libFuzzer: any bytes at all, and nothing may crash, leak, hang or take much memory. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);
