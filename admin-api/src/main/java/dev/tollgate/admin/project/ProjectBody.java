package dev.tollgate.admin.project;

import dev.tollgate.admin.problem.Title;

/** What of a project can be changed. */
record ProjectBody(@Title String name) {}
