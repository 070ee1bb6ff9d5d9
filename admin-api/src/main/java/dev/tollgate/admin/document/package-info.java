/**
 * Reads bodies whose fields come and go with the versions: a {@link
 * dev.tollgate.admin.document.DocumentShape} lists them, with their short forms and what each value
 * must look like; a {@link dev.tollgate.admin.document.DocumentReader} finds everything that is
 * wrong in one go. Pure, and knows no feature.
 */
@NullMarked
package dev.tollgate.admin.document;

import org.jspecify.annotations.NullMarked;
