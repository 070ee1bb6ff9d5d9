package dev.tollgate.admin.organization;

import dev.tollgate.admin.problem.Title;

/** What of an organization can be written. */
record OrganizationBody(@Title String name) {}
