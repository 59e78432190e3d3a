/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/sf-model.h"

/* For tests of a model's networks: a checkpoint open on the preferred device. */
typedef struct
{
  SfDevice *device;
  SfCheckpoint *checkpoint;
  SfModel *model;
} ModelFixture;

static inline void
model_fixture_open (ModelFixture *self, const char *path, SfFormat format)
{
  g_autoptr (GError) error = NULL;

  self->device = sf_device_open (NULL, &error);
  g_assert_no_error (error);
  self->checkpoint = sf_checkpoint_open (path, &error);
  g_assert_no_error (error);
  self->model = sf_model_open (self->device, self->checkpoint, format, &error);
  g_assert_no_error (error);
}

static inline void
model_fixture_tear_down (ModelFixture *self, gconstpointer data)
{
  sf_model_free (self->model);
  sf_checkpoint_unref (self->checkpoint);
  g_assert_cmpuint (sf_device_get_validation_messages (self->device), ==, 0);
  sf_device_unref (self->device);
}
