package dev.tollgate.admin.outbound;

import dev.tollgate.admin.problem.ProblemException;
import java.net.InetAddress;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Refuses base URLs that lead inside. It spares the administrator a surprise; what protects is the
 * check of the resolved address at each connection, the gateway's and that of {@link
 * OutboundCalls}.
 */
@Component
public class OutboundCheck {

  private final OutboundAddresses addresses;
  private final HostResolver resolver;

  OutboundCheck(OutboundAddresses addresses, HostResolver resolver) {
    this.addresses = addresses;
    this.resolver = resolver;
  }

  /**
   * Parses and checks a base URL.
   *
   * @param pointer of the field it stands in
   * @return fails with 400 {@code invalid_value} or 422 {@code host_not_allowed}
   */
  public Mono<BaseUrl> check(String text, String pointer) {
    return Mono.justOrEmpty(BaseUrl.parse(text))
        .switchIfEmpty(Mono.error(() -> notAUrl(pointer)))
        .flatMap(url -> isReachable(url).flatMap(fine -> answer(url, fine, pointer)));
  }

  private static Mono<BaseUrl> answer(BaseUrl url, boolean reachable, String pointer) {
    return reachable ? Mono.just(url) : Mono.error(notAllowed(pointer));
  }

  /** A public name over https is not looked up here: it may resolve otherwise at the gateway. */
  private Mono<Boolean> isReachable(BaseUrl url) {
    if (url.isSecure() && !url.isAddress() && !url.isLocalName()) {
      return Mono.just(true);
    }
    return resolver
        .resolve(url.host())
        .map(found -> !found.isEmpty() && found.stream().allMatch(a -> permits(url, a)));
  }

  private boolean permits(BaseUrl url, InetAddress address) {
    return addresses.permit(address, url.isSecure());
  }

  private static ProblemException notAUrl(String pointer) {
    return ProblemException.badRequest(
        pointer,
        "invalid_value",
        "must be an http or https URL with a host, without user, query or fragment");
  }

  private static ProblemException notAllowed(String pointer) {
    return ProblemException.unprocessable(
        pointer,
        "host_not_allowed",
        "http and addresses that are not public are only for networks that the operator allows");
  }
}
