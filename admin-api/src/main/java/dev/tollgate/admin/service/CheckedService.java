package dev.tollgate.admin.service;

import dev.tollgate.admin.provider.ServiceAuth;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A service that may be stored.
 *
 * @param baseUrl as given, in canonical form; null: the catalogue's
 * @param resolvedBaseUrl where it really goes
 * @param auth null: the catalogue's
 * @param secrets the ids of the credentials that its headers name
 */
record CheckedService(
    ServiceBody body,
    @Nullable String baseUrl,
    String resolvedBaseUrl,
    @Nullable ServiceAuth auth,
    int priority,
    Set<String> secrets) {}
