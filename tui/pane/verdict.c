/* SPDX-License-Identifier: MIT */
#include "tui/pane/verdict.h"

struct verdict verdict_of(enum trace_status status)
{
	switch (status) {
	case TRACE_RUNNING: return (struct verdict){"⟳", N_("running"), ROLE_ACCENT};
	case TRACE_OK: return (struct verdict){"✓", N_("done"), ROLE_GOOD};
	case TRACE_TRUNCATED: return (struct verdict){"◐", N_("cut short"), ROLE_WARN};
	case TRACE_CANCELLED: return (struct verdict){"■", N_("stopped"), ROLE_WARN};
	case TRACE_FILTERED: return (struct verdict){"✗", N_("refused"), ROLE_WARN};
	case TRACE_PAUSED: return (struct verdict){"‖", N_("paused"), ROLE_WARN};
	case TRACE_INTERRUPTED: return (struct verdict){"◐", N_("interrupted"), ROLE_WARN};
	case TRACE_BYPASSED: return (struct verdict){"–", N_("not needed"), ROLE_DIM};
	case TRACE_ERROR: break;
	}
	return (struct verdict){"✗", N_("failed"), ROLE_BAD};
}
