package dev.tollgate.deploy.simulator;

/** One header line, as received or to be sent; names keep their spelling. */
public record Header(String name, String value) {}
