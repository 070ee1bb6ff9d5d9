package dev.tollgate.admin.outbound;

import dev.tollgate.admin.outbound.OutboundAnswer.Answered;
import dev.tollgate.admin.outbound.OutboundAnswer.Reason;
import dev.tollgate.admin.outbound.OutboundAnswer.Unanswered;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.timeout.TimeoutException;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Calls services outside. The address is checked where each connection is made, TLS is verified,
 * redirects are not followed, nothing is tried twice, and no connection is used again.
 */
public final class OutboundCalls implements DisposableBean {

  private static final int MAX_CONNECTIONS_TO_A_HOST = 8;
  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private final OutboundAddresses addresses;
  private final ConnectionProvider connections;
  private final HttpClient client;
  private final Duration total;

  /**
   * @param connect how long a connection may take, and the wait for one
   * @param total how long a call may take
   */
  OutboundCalls(OutboundAddresses addresses, Duration connect, Duration total) {
    this.addresses = addresses;
    this.total = total;
    this.connections =
        ConnectionProvider.builder("tollgate-admin-outbound")
            .maxConnections(MAX_CONNECTIONS_TO_A_HOST)
            .pendingAcquireMaxCount(MAX_CONNECTIONS_TO_A_HOST)
            .pendingAcquireTimeout(connect)
            .build();
    this.client =
        HttpClient.create(connections)
            .keepAlive(false)
            .disableRetry(true)
            .followRedirect(false)
            .compress(false)
            .httpResponseDecoder(decoder -> decoder.maxHeaderSize(MAX_HEADER_BYTES))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connect.toMillis()));
  }

  /**
   * Asks for {@code target} below a host and reads of the answer only how it begins.
   *
   * @param host whose scheme, host and port are meant; its path is not
   * @param target path and query as sent
   * @param headers sets those of the request, secrets among them
   * @return one answer, never an error
   */
  public Mono<OutboundAnswer> get(BaseUrl host, String target, Consumer<HttpHeaders> headers) {
    return guarded(host)
        .headers(headers)
        .get()
        .uri(host.origin() + target)
        // the body is not asked for, which closes the connection
        .response((response, body) -> Mono.just(response.status().code()))
        .single()
        .<OutboundAnswer>map(Answered::new)
        .timeout(total)
        .onErrorResume(failure -> Mono.just(new Unanswered(reason(failure))));
  }

  private HttpClient guarded(BaseUrl host) {
    // first in the pipeline is last on the way out: nothing behind it changes the address any more
    return client.doOnChannelInit((observer, channel, address) ->
        channel
            .pipeline()
            .addFirst(new AddressGuard(resolved -> addresses.permit(resolved, host.isSecure()))));
  }

  private static Reason reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case AddressRefused _ -> {
          return Reason.ADDRESS_REFUSED;
        }
        case SSLException _ -> {
          return Reason.NOT_TRUSTED;
        }
        case ConnectTimeoutException _,
            TimeoutException _,
            java.util.concurrent.TimeoutException _ -> {
          return Reason.TOO_SLOW;
        }
        default -> {}
      }
    }
    return Reason.NO_CONNECTION;
  }

  @Override
  public void destroy() {
    connections.dispose();
  }
}
