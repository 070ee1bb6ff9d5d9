package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.snapshot.BenchmarkService;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.springframework.http.support.Netty4HeadersAdapter;

/** Building the headers of both directions from their allow-lists. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UpstreamHeadersBenchmark {

  private final ServiceSnapshot service = BenchmarkService.create();
  private final org.springframework.http.HttpHeaders client =
      new org.springframework.http.HttpHeaders(
          new Netty4HeadersAdapter(
              new DefaultHttpHeaders()
                  .add("host", "gateway.example.com")
                  .add("authorization", "Bearer tgk_0123456789")
                  .add("user-agent", "OpenAI/Python 2.8.1")
                  .add("accept", "application/json")
                  .add("accept-encoding", "gzip, deflate")
                  .add("content-type", "application/json")
                  .add("content-length", "1024")
                  .add("x-stainless-lang", "python")
                  .add("x-stainless-retry-count", "0")));
  private final HttpHeaders provider =
      new DefaultHttpHeaders()
          .add("content-type", "application/json")
          .add("content-length", "1024")
          .add("date", "Sat, 21 Nov 2026 12:00:00 GMT")
          .add("x-request-id", "req_1")
          .add("openai-organization", "org")
          .add("openai-processing-ms", "12")
          .add("openai-version", "2020-10-01")
          .add("x-ratelimit-limit-requests", "5000")
          .add("x-ratelimit-remaining-requests", "4999")
          .add("set-cookie", "a=b");

  @Benchmark
  public HttpHeaders toProvider() {
    HttpHeaders upstream = new DefaultHttpHeaders();
    UpstreamHeaders.request(client, service, upstream);
    return upstream;
  }

  @Benchmark
  public org.springframework.http.HttpHeaders toClient() {
    org.springframework.http.HttpHeaders answer =
        new org.springframework.http.HttpHeaders(
            new Netty4HeadersAdapter(new DefaultHttpHeaders()));
    UpstreamHeaders.answer(provider, service, AnswerHeaders.NONE, answer);
    return answer;
  }
}
