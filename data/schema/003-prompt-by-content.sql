-- SPDX-License-Identifier: MIT
-- From a run to the version of its file without a walk through all versions of the path: a page of
-- two hundred runs asks that two hundred times.

CREATE INDEX prompt_by_content ON prompt(path, source_blob, version);
