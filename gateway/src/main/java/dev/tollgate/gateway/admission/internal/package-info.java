@NullMarked
package dev.tollgate.gateway.admission.internal;

import org.jspecify.annotations.NullMarked;
