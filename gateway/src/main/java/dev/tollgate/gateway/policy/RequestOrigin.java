package dev.tollgate.gateway.policy;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, as the rules see it. Of the headers null is one that is not there,
 * and the empty text one that is there more than once: nobody could say which is meant.
 *
 * @param address the client's
 * @param https whether the client's own connection is encrypted
 * @param country the address's, ISO 3166-1 alpha-2 in upper case; null if it is not known
 * @param origin the {@code Origin} header
 * @param referer the {@code Referer} header
 * @param userAgent the {@code User-Agent} header
 */
public record RequestOrigin(
    InetAddress address,
    boolean https,
    @Nullable String country,
    @Nullable String origin,
    @Nullable String referer,
    @Nullable String userAgent) {}
