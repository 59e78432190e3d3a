/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The public face of the engine: everything a front end may include. */

#include "base/sf-array.h"
#include "base/sf-folder.h"
#include "base/sf-npy.h"
#include "engine/sf-engine-forecast.h"
#include "engine/sf-engine-parts.h"
#include "engine/sf-engine.h"
#include "engine/sf-picture.h"
#include "engine/sf-request-field.h"
#include "engine/sf-request.h"
#include "samplers/sf-noise.h"
#include "samplers/sf-sampler.h"
#include "samplers/sf-schedule.h"
#include "text/sf-tokenizer.h"
