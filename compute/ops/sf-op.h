/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-recording.h"

G_BEGIN_DECLS

/* How values are stored. Sums are always f32. */
typedef enum
{
  SF_FORMAT_F32,
  SF_FORMAT_F16, /* two halves a 32-bit word, lower address first */
  SF_FORMAT_U32, /* token ids */
} SfFormat;

gsize sf_format_get_bytes (SfFormat format);

/* Channels are stored in groups of this many, the rest filled with zeros: a
 * group is one 16-byte texel of halves or two of floats. */
#define SF_CHANNEL_GROUP 8

/* Extents of an activation, stored [batch, height, width, stored channels].
 * A sequence of tokens has height 1 and the tokens as its width. */
typedef struct
{
  guint batch;
  guint height;
  guint width;
  guint channels;
} SfShape;

/* channels rounded up to SF_CHANNEL_GROUP. */
guint sf_shape_get_stored_channels (const SfShape *shape);
/* batch × height × width. */
guint64 sf_shape_get_rows (const SfShape *shape);
guint64 sf_shape_get_bytes (const SfShape *shape, SfFormat format);

/* How a weight lies in device memory. */
typedef enum
{
  /* n floats (always f32), zeros up to a multiple of SF_CHANNEL_GROUP: biases, norm scales */
  SF_WEIGHT_VECTOR,
  SF_WEIGHT_TABLE,  /* rows × stored channels in the storage format: embeddings */
  SF_WEIGHT_MATRIX, /* packed for the matrix kernels, see sf-matrix-layout.h */
} SfWeightKind;

/* A weight as the network's file knows it and as an operation wants it.
 * MATRIX: rows = output channels, columns = input channels, taps = kernel height × width, given
 * as [rows, columns, taps] (PyTorch's [O, I, kh, kw]). VECTOR: rows only. TABLE: rows × columns. */
typedef struct
{
  SfWeightKind kind;
  guint rows;
  guint columns;
  guint taps;
  /* MATRIX, VECTOR: row i and row i + rows/2 side by side, as GEGLU wants them */
  gboolean interleave_halves;
} SfWeightShape;

/* Convolutions by way of sf-winograd.h, of those that it can do. */
typedef enum
{
  SF_WINOGRAD_NEVER,
  SF_WINOGRAD_WHERE_QUICKER,
  SF_WINOGRAD_WHERE_POSSIBLE,
} SfWinograd;

/* What the products of matrices and attention are made with. */
typedef enum
{
  SF_FAMILY_DIRECT, /* every lane reads its operands from memory: for devices that are processors */
  SF_FAMILY_SHARED, /* tiles of the operands in shared memory: for graphics processors */
  SF_FAMILY_COOPERATIVE, /* the same, multiplied as cooperative matrices where operands are f16 */
} SfFamily;

/* Tiles of the family SHARED: rows of a workgroup. */
typedef enum
{
  SF_TILE_BY_SHAPE, /* the largest of which there are enough to keep a device busy */
  SF_TILE_32,
  SF_TILE_64,
  SF_TILE_128,
} SfTile;

/* The choice of kernels for a device and storage format; made once for each. */
typedef struct
{
  SfDevice *device;
  SfFormat format; /* F32 or F16 */
  SfFamily family;
  gboolean texel; /* DIRECT: operands through texel buffers */
  gboolean
      broadcast; /* DIRECT: one row of the tile a lane, spread by subgroupBroadcast (subgroups of 8) */
  SfWinograd winograd; /* DIRECT */
  SfTile tile;         /* SHARED, COOPERATIVE */
  gboolean few_sums;   /* SHARED: 4 × 8 sums a thread in place of 8 × 8 */
} SfKernels;

/* The kernels for a device. @format: storage of activations and packed weights.
 *
 * Which family: as SFUMATO_KERNELS asks (direct, shared, cooperative); else DIRECT on devices that are processors; else
 * the quickest of those that the device can run, which is measured once for each device and driver (a fraction of a
 * second) and kept with the speeds. SFUMATO_KERNELS=measure measures anew, on any device. */
SfKernels sf_kernels_choose (SfDevice *device, SfFormat format);

/* Whether the device and this build can run a family. */
gboolean sf_kernels_can_run (SfDevice *device, SfFormat format, SfFamily family);

/* "cooperative matrices of 16×16×16; measured: …": what was chosen and why. */
char *sf_kernels_describe (const SfKernels *kernels) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes of a weight on the device. */
guint64 sf_weight_get_bytes (const SfKernels *kernels, const SfWeightShape *shape);

/* Where the values of a weight come from, in the order given at SfWeightShape, unpadded. */
typedef struct
{
  /* Writes @n_rows rows from @first on as f32. */
  gboolean (*read) (gpointer data, guint first, guint n_rows, float *values, GError **error);
  gpointer data;
  gconstpointer
      halves; /* all of them, little-endian and of no alignment, where they lie so, or NULL */
} SfWeightRows;

/* Writes all sf_weight_get_bytes() bytes of @packed, in order. Takes little memory besides. Any thread. */
gboolean sf_weight_pack (const SfKernels *kernels, const SfWeightShape *shape,
                         const SfWeightRows *rows, gpointer packed, GError **error);

/* An activation where it lies. A zero-sized range means: not there. */
typedef struct
{
  SfRange range;
  SfShape shape;
  SfFormat format;
} SfTensorView;

#define SF_OP_MAX_INPUTS 4
#define SF_OP_MAX_WEIGHTS 2

typedef struct _SfOp SfOp;

/* One use of an operation with everything it needs. The meaning of the slots
 * stands in each operation's header. */
typedef struct
{
  const SfOp *op;
  const char *label;
  gconstpointer params; /* the operation's own struct */
  SfTensorView inputs[SF_OP_MAX_INPUTS];
  SfWeightShape weight_shapes[SF_OP_MAX_WEIGHTS];
  SfRange weights[SF_OP_MAX_WEIGHTS];
  SfTensorView output;
  SfRange scratch;
} SfOpCall;

/* An operation. Static, one for each file in this folder. Before the ranges are known,
 * shape(), scratch_bytes() and cost() may already be asked: they read shapes, formats and params only. */
struct _SfOp
{
  const char *name;
  gsize params_bytes;
  gboolean in_place; /* the result may lie where the first input lies, if that has its shape */

  /* Checks the inputs and params and sets output.shape and weight_shapes. On entry output.format is the
   * storage format of the network; an operation changes it only where its result is stored otherwise.
   * A network that does not fit is the caller's bad input: an error, never an abort. */
  gboolean (*shape) (SfOpCall *call, GError **error);
  /* Device memory that is needed only while the operation runs. May be NULL. */
  guint64 (*scratch_bytes) (const SfKernels *kernels, const SfOpCall *call);
  /* FLOP, a multiplication and an addition counted as two. */
  double (*flop) (const SfOpCall *call);
  gboolean (*record) (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
                      GError **error);
};

/* Which slots of the inputs are in use. */
#define SF_TENSOR_IS_SET(view) ((view).shape.channels != 0)

G_END_DECLS
