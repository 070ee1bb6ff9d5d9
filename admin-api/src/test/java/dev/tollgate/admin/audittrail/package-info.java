@NullMarked
package dev.tollgate.admin.audittrail;

import org.jspecify.annotations.NullMarked;
