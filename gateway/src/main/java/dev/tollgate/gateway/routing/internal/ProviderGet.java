package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.credentials.ProviderCredentials;
import dev.tollgate.gateway.credentials.ProviderCredentials.Opening;
import dev.tollgate.gateway.credentials.UpstreamCredential;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.routing.ProviderDocuments;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;

/** Gets documents over the same guarded connections as calls of clients. */
final class ProviderGet implements ProviderDocuments {

  private static final Duration USUAL_CONNECT = Duration.ofSeconds(5);
  private static final Rejection NOT_GIVEN =
      Rejection.of(ErrorCode.PROVIDER_UNAVAILABLE, "The provider did not give a usable answer.");

  private final ProviderClients clients;
  private final ProviderCredentials credentials;
  private final InboxSink inbox;
  private final Duration patience;

  ProviderGet(
      ProviderClients clients,
      ProviderCredentials credentials,
      InboxSink inbox,
      Duration patience) {
    this.clients = clients;
    this.credentials = credentials;
    this.inbox = inbox;
    this.patience = patience;
  }

  /**
   * One GET.
   *
   * @param target path and query at the service's host
   */
  private record Call(
      ProjectSnapshot project,
      ServiceSnapshot service,
      String target,
      Map<String, String> headers) {

    String url(UpstreamCredential credential) {
      URI base = service.baseUrl();
      return base.getScheme() + "://" + base.getRawAuthority() + credential.addTo(target);
    }

    Duration connectTimeout() {
      Duration own = service.timeouts().connect();
      return own == null ? USUAL_CONNECT : own;
    }
  }

  @Override
  public Mono<byte[]> get(
      ProjectSnapshot project,
      ServiceSnapshot service,
      String rawPath,
      String rawQuery,
      Map<String, String> headers) {
    String path = UpstreamTarget.protocol(service, rawPath);
    String target = rawQuery.isEmpty() ? path : path + "?" + rawQuery;
    Call call = new Call(project, service, target, headers);
    return credentials
        .open(project, service)
        .flatMap(opening -> attempt(call, opening))
        .timeout(patience, Mono.error(CallFailures.TOO_SLOW::asException))
        .onErrorMap(CallFailures::beforeAnswer);
  }

  private Mono<byte[]> attempt(Call call, Opening opening) {
    return switch (opening) {
      case Opening.Opened(List<UpstreamCredential> inOrder) -> attempt(call, inOrder);
      case Opening.Refused(Rejection rejection) -> Mono.error(rejection.asException());
    };
  }

  private Mono<byte[]> attempt(Call call, List<UpstreamCredential> inOrder) {
    UpstreamCredential credential = inOrder.getFirst();
    return clients
        .connectingWithin(call.connectTimeout())
        .headers(request -> {
          UpstreamHeaders.own(request);
          call.headers().forEach(request::set);
          credential.writeTo(request);
        })
        .get()
        .uri(call.url(credential))
        .responseConnection((response, connection) -> answer(call, inOrder, response, connection))
        .single();
  }

  private Mono<byte[]> answer(
      Call call,
      List<UpstreamCredential> inOrder,
      HttpClientResponse response,
      Connection connection) {
    int status = response.status().code();
    if (status == 200) {
      return whole(connection);
    }
    connection.dispose();
    return status == 401 || status == 403
        ? credentialRefused(call, inOrder)
        : Mono.error(NOT_GIVEN.asException());
  }

  private static Mono<byte[]> whole(Connection connection) {
    return connection
        .inbound()
        .receive()
        .asByteArray()
        .collect(ByteArrayOutputStream::new, ProviderGet::append)
        .map(ByteArrayOutputStream::toByteArray);
  }

  private static void append(ByteArrayOutputStream document, byte[] chunk) {
    if (document.size() + chunk.length > MAX_BYTES) {
      throw NOT_GIVEN.asException();
    }
    document.writeBytes(chunk);
  }

  private Mono<byte[]> credentialRefused(Call call, List<UpstreamCredential> inOrder) {
    String credentialId = inOrder.getFirst().credentialId();
    if (credentialId != null) {
      inbox.tell(InboxEvent.credentialRefused(call.project().organizationId(), credentialId));
    }
    return inOrder.size() > 1
        ? attempt(call, inOrder.subList(1, inOrder.size()))
        : Mono.error(CallFailures.CREDENTIAL_REFUSED.asException());
  }
}
