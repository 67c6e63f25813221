/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_INPUTS_H
#define TUI_APP_APP_INPUTS_H

#include "tui/app/app.h"

/* Between the prompt and the form of its inputs. */

/* Reads the inputs of the open file, as it stands in the editor. */
void app_load_inputs(struct app *app);
/* Does that again when the prompt was changed and typing has paused. Once a turn. */
void app_follow_editor(struct app *app);
/* When that is due; 0: it is not. */
int64_t app_inputs_wake_ns(const struct app *app);
/* What was given in sessions before is brought back; what was given is kept for the next ones. */
void app_restore_inputs(struct app *app);
void app_keep_inputs(struct app *app);
/* Fills the spec's inputs from the form. False when one is missing or wrong: the form says so, and
 * it can be typed at once. */
bool app_take_inputs(struct app *app, struct arena *a, struct run_spec *spec) WARN_UNUSED;

#endif
