@NullMarked
package dev.tollgate.admin.member;

import org.jspecify.annotations.NullMarked;
