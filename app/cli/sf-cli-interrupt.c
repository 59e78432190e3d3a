/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"

#include "sf-cli.h"

#include <signal.h>
#include <unistd.h>

static GCancellable *cancellable;

/* Waits for the signal, which is blocked everywhere, so that no handler has to be safe. */
static gpointer
wait_for_interrupt (gpointer data)
{
  sigset_t interrupts;
  int number;

  sigemptyset (&interrupts);
  sigaddset (&interrupts, SIGINT);

  sigwait (&interrupts, &number);
  g_cancellable_cancel (cancellable);
  sigwait (&interrupts, &number);
  _exit (SF_CLI_INTERRUPTED);
}

GCancellable *
sf_cli_catch_interrupt (void)
{
  sigset_t interrupts;

  cancellable = g_cancellable_new ();
  sigemptyset (&interrupts);
  sigaddset (&interrupts, SIGINT);
  pthread_sigmask (SIG_BLOCK, &interrupts, NULL);
  g_thread_unref (g_thread_new ("interrupt", wait_for_interrupt, NULL));

  return cancellable;
}

GCancellable *
sf_cli_get_cancellable (void)
{
  return cancellable;
}
