package dev.tollgate.admin.schema;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The pool of connections.
 *
 * @param maxConnections open at most, 1 or more
 * @param maxWaiting requests that may wait for a connection; more are refused at once
 * @param maxWait how long a request waits for a connection, twice, since the pool tries once more;
 *     with a frozen server that is how long its answer takes, which has to come within 2 s
 * @param maxValidation how long a pooled connection may take to prove that it lives
 * @param maxConnect how long a new connection may take
 * @param maxStatement how long a statement may take to its first result; ends a wait that the
 *     server's own statement_timeout cannot, because the server is frozen or the connection is lost
 * @param maxIdle a connection idle for longer is closed
 */
@Validated
@ConfigurationProperties("tollgate.database")
record DatabaseProperties(
    @DefaultValue("10") @Min(1) int maxConnections,
    @DefaultValue("200") @Min(0) int maxWaiting,
    @DefaultValue("600ms") Duration maxWait,
    @DefaultValue("500ms") Duration maxValidation,
    @DefaultValue("2s") Duration maxConnect,
    @DefaultValue("5s") Duration maxStatement,
    @DefaultValue("5m") Duration maxIdle) {}
