/** The description of the API at /openapi.json, and the pages under /docs that show it. */
@NullMarked
package dev.tollgate.admin.openapi;

import org.jspecify.annotations.NullMarked;
