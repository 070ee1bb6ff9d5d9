/**
 * Tollgate as the launcher wires it, on real sockets, with the official SDKs and a simulated
 * provider.
 *
 * <p>The traps of the stack, which were met before, and the tests that would tell of each:
 *
 * <ol>
 *   <li>Slow readers of a stream that go away leak direct memory: {@code SlowReadersIT}.
 *   <li>{@code Connection: …, authorization} strips what was injected: {@code HeadersIT}, {@code
 *       UpstreamHeadersTest}.
 *   <li>TRACE, no or two Hosts, absolute-form, dot segments, {@code //}, matrix parameters, cookies
 *       reach the provider: {@code RequestLineGuardIT}, {@code RequestTargetPolicyTest}, {@code
 *       HostPolicyTest}, {@code HeadersIT}.
 *   <li>HTTP/2 without TLS, by upgrade or by preface: {@code ListeningPortsIT} on all ports, {@code
 *       RequestLineGuardIT}, {@code ServerEdgeConfigurationIT} with {@code server.http2.enabled}.
 *   <li>Slowloris, idle and too many connections: {@code ServerTimeoutsIT}, {@code
 *       RequestHeadTimeoutTest}, {@code RequestBodyTimeoutTest}, {@code ConnectionLimitsIT}.
 *   <li>A time-out that covers the head only: {@code AnswerStreamTest}, {@code StreamEndingsIT},
 *       {@code ProviderFailuresIT}.
 *   <li>The tap at the wrong order reads nothing: {@code UsageRowsIT}, {@code FixtureReplayIT}; the
 *       write filter and its order are gone with Spring Cloud Gateway's own filters.
 *   <li>Bodies joined without a limit: {@code RequestInspectionIT}, {@code HeldBodiesIT}, {@code
 *       FormModelIT}.
 *   <li>A limiter that allows on errors, forwarding headers trusted from anybody, networks matched
 *       as text: none of Spring Cloud Gateway's parts for these is used ({@code ArchitectureTest}
 *       of the gateway), {@code CidrSetTest}, {@code HeadersIT}.
 *   <li>A POST sent twice, usage hidden by gzip: {@code ProviderFailuresIT}, {@code HeadersIT}.
 *   <li>The rest of the chain run twice: every test that looks up its one call by {@link Bed}'s
 *       {@code upstream}.
 *   <li>The server's switch for HTTP/2 switches the client: {@code ProviderClientsIT}.
 *   <li>A shutdown that cuts streams without a word: {@code StreamEndingsIT}, {@code
 *       PropertiesTest}.
 *   <li>Operational endpoints within reach, expressions in stored text: {@code ListeningPortsIT},
 *       {@code RouteFilesTest}.
 * </ol>
 */
@NullMarked
package dev.tollgate.deploy.e2e;

import org.jspecify.annotations.NullMarked;
