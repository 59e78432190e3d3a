/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "liar-server.h"

#include <string.h>

struct _LiarServer
{
  GSocketService *service;
  GThread *thread;
  GMainLoop *loop;
  GMainContext *context;
  LiarFunc func;
  guint16 port;
  guint n_requests; /* atomic */
};

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer user_data)
{
  LiarServer *self = user_data;
  g_autoptr (GDataInputStream)
      in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  gint64 range_start = -1;
  g_autofree char *if_range = NULL;
  g_autofree char *request = NULL;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  request = g_data_input_stream_read_line (in, NULL, NULL, NULL);
  if (request == NULL)
    return TRUE;
  while (TRUE)
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);

      if (line == NULL || *line == '\0')
        break;
      if (g_ascii_strncasecmp (line, "Range: bytes=", 13) == 0)
        range_start = g_ascii_strtoll (line + 13, NULL, 10);
      if (g_ascii_strncasecmp (line, "If-Range: ", 10) == 0)
        if_range = g_strdup (line + 10);
    }

  g_auto (GStrv) words = g_strsplit (request, " ", 3);
  self->func (g_io_stream_get_output_stream (G_IO_STREAM (connection)), range_start, if_range,
              (guint) g_atomic_int_add (&self->n_requests, 1), words[1]);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static gpointer
serve_thread (gpointer data)
{
  LiarServer *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

LiarServer *
liar_server_new (LiarFunc func)
{
  LiarServer *self = g_new0 (LiarServer, 1);
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->func = func;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_main_context_push_thread_default (self->context);
  self->service = g_threaded_socket_service_new (8);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);
  g_main_context_pop_thread_default (self->context);
  self->thread = g_thread_new ("server", serve_thread, self);
  return self;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
liar_server_free (LiarServer *self)
{
  g_autoptr (GSource) quit = g_idle_source_new ();

  g_source_set_callback (quit, quit_cb, self->loop, NULL);
  g_source_attach (quit, self->context);
  g_thread_join (self->thread);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

char *
liar_server_get_address (LiarServer *self, const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

guint
liar_server_count_requests (LiarServer *self)
{
  return (guint) g_atomic_int_get (&self->n_requests);
}

void
liar_answer (GOutputStream *out, const char *status, const char *headers, const guint8 *body,
             gsize n_bytes)
{
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 %s\r\nConnection: close\r\n%s\r\n", status,
                                           headers);

  /* A client that has had enough is no error. */
  if (g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL))
    g_output_stream_write_all (out, body, n_bytes, NULL, NULL, NULL);
}
