/** Members of organizations: people and robots, and what they are there. */
@NullMarked
package dev.tollgate.admin.member;

import org.jspecify.annotations.NullMarked;
