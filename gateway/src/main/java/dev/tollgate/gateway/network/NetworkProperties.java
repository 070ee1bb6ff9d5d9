package dev.tollgate.gateway.network;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the gateway learns where a request comes from.
 *
 * @param trustedProxies networks whose word about the client counts; by default none, and loopback
 *     is not among them either
 * @param forwardingHeader in which header the trusted proxies say it
 * @param proxyProtocol whether connections from trusted proxies begin with a PROXY protocol header,
 *     version 1 or 2; they then must, and no other connection may
 */
@Validated
@ConfigurationProperties("tollgate.network")
public record NetworkProperties(
    @DefaultValue List<Cidr> trustedProxies,
    @DefaultValue("auto") ForwardingHeader forwardingHeader,
    @DefaultValue("false") boolean proxyProtocol) {

  /** Where trusted proxies write whom they speak for. */
  public enum ForwardingHeader {
    /**
     * Whichever of the two is there. A proxy that writes one passes the other on as the client
     * forged it, so a request with both is refused unless they name the same client.
     */
    AUTO,
    /** {@code X-Forwarded-For} and {@code X-Forwarded-Proto}; {@code Forwarded} is not read. */
    X_FORWARDED_FOR,
    /** {@code Forwarded} (RFC 7239); the other two are not read. */
    FORWARDED
  }

  public NetworkProperties {
    trustedProxies = List.copyOf(trustedProxies);
    if (proxyProtocol && trustedProxies.isEmpty()) {
      throw new IllegalArgumentException(
          "tollgate.network.proxy-protocol needs tollgate.network.trusted-proxies: nobody else's"
              + " PROXY header is read");
    }
  }
}
