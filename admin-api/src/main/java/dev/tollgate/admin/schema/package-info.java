/** The database: roles, migrations, connections, ids. Imports no feature. */
@NullMarked
package dev.tollgate.admin.schema;

import org.jspecify.annotations.NullMarked;
