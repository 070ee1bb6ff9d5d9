@NullMarked
package dev.tollgate.admin.virtualkey.policy;

import org.jspecify.annotations.NullMarked;
