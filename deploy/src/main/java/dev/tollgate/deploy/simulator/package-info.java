/**
 * A provider that isn't one: a real HTTP server on loopback that answers as OpenAI, Anthropic and
 * Gemini do, checks the key it is shown, keeps what it received, and misbehaves on request.
 *
 * <p>How it misbehaves is chosen by the model's name ({@link
 * dev.tollgate.deploy.simulator.Behaviour}), because a request header would not pass the gateway,
 * or by a scripted answer ({@link dev.tollgate.deploy.simulator.Simulator#respondWith}), which is
 * sent byte for byte and cut where it says.
 */
@NullMarked
package dev.tollgate.deploy.simulator;

import org.jspecify.annotations.NullMarked;
