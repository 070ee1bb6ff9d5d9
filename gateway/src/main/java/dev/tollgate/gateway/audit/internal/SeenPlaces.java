package dev.tollgate.gateway.audit.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.country.Countries;
import dev.tollgate.gateway.network.IpLiteral;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells from where keys are used, each place of a key once in a while; whether it is new is for the
 * admin API to say, which knows what other gateways saw.
 */
final class SeenPlaces {

  private static final Duration SAME_PLACE = Duration.ofMinutes(10);
  private static final int REMEMBERED = 100_000;
  private static final int IPV6_NETWORK_BYTES = 8;

  private final InboxSink inbox;
  private final Countries countries;
  private final Cache<String, Boolean> told =
      Caffeine.newBuilder()
          .executor(Runnable::run) // cheaper than to wake a pool's thread every few reads
          .maximumSize(REMEMBERED)
          .expireAfterWrite(SAME_PLACE)
          .build();

  SeenPlaces(InboxSink inbox, Countries countries) {
    this.inbox = inbox;
    this.countries = countries;
  }

  void tell(
      String organizationId,
      String keyId,
      InetAddress address,
      Supplier<Map<String, @Nullable Object>> source) {
    String place = placeOf(address);
    if (told.asMap().putIfAbsent(keyId + ' ' + place, Boolean.TRUE) != null) {
      return;
    }
    Map<String, @Nullable Object> details = new LinkedHashMap<>(source.get());
    details.put("place", place);
    details.put("country", countries.of(address));
    inbox.tell(InboxEvent.keySeen(organizationId, keyId, details));
  }

  /** The address; of IPv6 the network, within which a device takes another address each day. */
  static String placeOf(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return IpLiteral.format(address);
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, IPV6_NETWORK_BYTES, network.length, (byte) 0);
    try {
      return IpLiteral.format(InetAddress.getByAddress(network)) + "/64";
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 16 bytes", e);
    }
  }
}
