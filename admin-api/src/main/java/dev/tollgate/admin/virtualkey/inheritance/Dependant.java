package dev.tollgate.admin.virtualkey.inheritance;

import org.jspecify.annotations.Nullable;

/**
 * What stands on a template or an environment.
 *
 * @param type {@code key}, {@code credential}, {@code service} or {@code token}
 * @param name null: it has none
 */
record Dependant(String type, String id, @Nullable String name) {}
