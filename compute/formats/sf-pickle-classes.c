/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-pickle-classes.h"

#include <string.h>

static const char *const NAMES[] = {
  "torch._utils._rebuild_tensor",
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_tensor_v3",
  "torch._utils._rebuild_parameter",
  "torch._utils._rebuild_parameter_with_state",
  "torch._tensor._rebuild_from_type_v2",
  "torch.Tensor",
  "torch.nn.parameter.Parameter",
  "torch.nn.modules.container.ParameterDict",
  "torch.Size",
  "torch.device",
  "torch.storage.UntypedStorage",
  "torch.DoubleStorage",
  "torch.FloatStorage",
  "torch.HalfStorage",
  "torch.BFloat16Storage",
  "torch.LongStorage",
  "torch.IntStorage",
  "torch.ShortStorage",
  "torch.CharStorage",
  "torch.ByteStorage",
  "torch.BoolStorage",
  "torch.float64",
  "torch.float32",
  "torch.float16",
  "torch.bfloat16",
  "torch.float8_e4m3fn",
  "torch.float8_e5m2",
  "torch.int64",
  "torch.int32",
  "torch.int16",
  "torch.int8",
  "torch.uint8",
  "torch.bool",
  "collections.OrderedDict",
  "collections.defaultdict",
  "collections.Counter",
  "argparse.Namespace",
  "_codecs.encode",
  "copy_reg._reconstructor",
  "copyreg._reconstructor",
  "numpy.dtype",
  "numpy.ndarray",
};

/* Modules of which everything, or one name, is known. Python 2 had other names for some. */
static const char *const NUMPY_CORES[] = { "numpy.core.multiarray.", "numpy._core.multiarray." };
static const char *const NUMPY_NAMES[] = { "scalar", "_reconstruct" };
static const char *const BUILTINS[] = { "builtins.", "__builtin__." };
static const char *const BUILTIN_NAMES[] = { "set",       "frozenset", "dict",    "list",
                                             "tuple",     "int",       "long",    "float",
                                             "bool",      "str",       "unicode", "bytes",
                                             "bytearray", "complex",   "object" };
static const char *const TRAINING_PACKAGES[] = { "pytorch_lightning.", "lightning_fabric.",
                                                 "lightning.", "omegaconf." };

static gboolean
is_one_of (const char *name, const char *const *names, guint n_names)
{
  for (guint i = 0; i < n_names; i++)
    {
      if (g_str_equal (name, names[i]))
        return TRUE;
    }
  return FALSE;
}

/* What follows the first of @prefixes that @name has, or NULL. */
static const char *
skip_prefix (const char *name, const char *const *prefixes, guint n_prefixes)
{
  for (guint i = 0; i < n_prefixes; i++)
    {
      if (g_str_has_prefix (name, prefixes[i]))
        return name + strlen (prefixes[i]);
    }
  return NULL;
}

gboolean
sf_pickle_class_is_known (const char *name)
{
  const char *builtin = skip_prefix (name, BUILTINS, G_N_ELEMENTS (BUILTINS));
  const char *numpy = skip_prefix (name, NUMPY_CORES, G_N_ELEMENTS (NUMPY_CORES));

  return is_one_of (name, NAMES, G_N_ELEMENTS (NAMES))
         || (builtin != NULL && is_one_of (builtin, BUILTIN_NAMES, G_N_ELEMENTS (BUILTIN_NAMES)))
         || (numpy != NULL && is_one_of (numpy, NUMPY_NAMES, G_N_ELEMENTS (NUMPY_NAMES)))
         || skip_prefix (name, TRAINING_PACKAGES, G_N_ELEMENTS (TRAINING_PACKAGES)) != NULL;
}
