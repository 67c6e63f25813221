/* SPDX-License-Identifier: MIT */
#include "core/store/owner.h"

#include "core/base/ids.h"
#include "core/store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Lock offsets are signed; leave room for the byte after. */
static const uint64_t token_mask = (UINT64_C(1) << 62) - 1;

static struct flock byte_lock(uint64_t token)
{
	return (struct flock){
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)token, .l_len = 1};
}

bool owner_take(const struct place *place, bool view, struct owner *out, struct err *e)
{
	struct ids random = {.counting = false};
	*out = (struct owner){.fd = place_file(place, "owners", view ? NULL : e)};
	if (view || place->read_only)
		return true;
	if (out->fd < 0)
		return false;
	for (;;) {
		out->token = ids_next(&random) & token_mask;
		struct flock lock = byte_lock(out->token);
		if (out->token != 0 && fcntl(out->fd, F_OFD_SETLK, &lock) == 0)
			return true;
		if (out->token == 0 || errno == EAGAIN || errno == EACCES)
			continue;
		err_set(e, ERR_STORE, "%s/owners cannot be locked: %s.", place->folder,
			strerror(errno));
		owner_leave(out);
		return false;
	}
}

bool owner_lives(const struct owner *self, uint64_t token)
{
	struct flock lock = byte_lock(token);
	if (token == 0 || (token & ~token_mask) != 0 || self->fd < 0)
		return false;
	if (token == self->token)
		return true;
	return fcntl(self->fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void owner_leave(struct owner *self)
{
	if (self->fd >= 0)
		close(self->fd);
	*self = (struct owner){.fd = -1};
}
