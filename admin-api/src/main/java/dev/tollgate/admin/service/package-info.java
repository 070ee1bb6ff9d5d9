/** Services: upstreams, how each takes its credential, and which projects see it. */
@NullMarked
package dev.tollgate.admin.service;

import org.jspecify.annotations.NullMarked;
