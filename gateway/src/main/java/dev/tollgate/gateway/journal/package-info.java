/**
 * What this gateway owes the database: records of requests in files on this machine, so that none
 * is lost when a process is killed. What is written is opaque here.
 */
@NullMarked
package dev.tollgate.gateway.journal;

import org.jspecify.annotations.NullMarked;
