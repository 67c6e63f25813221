/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_DOCTOR_SECRETS_H
#define CORE_COMMAND_DOCTOR_SECRETS_H

#include "core/command/command.h"

/* `lathe doctor --secrets`: looks for pieces of every secret that can be had
 * (core/net/secret_scan.h) in all files of the workspace, of lathe's own folders and of FOLDER, if
 * it is not NULL, and in the database's contents. Sends nothing; programs of cmd: references are
 * not run. False without E when something was found. */
bool doctor_secrets(
	struct command_context *context, const char *workspace, const char *folder, struct err *e);

#endif
