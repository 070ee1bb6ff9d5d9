package dev.tollgate.gateway.modellist;

/**
 * One model of a list.
 *
 * @param id the name that a request uses
 * @param json the entry as it stands in the list, a JSON object
 */
record ModelEntry(String id, String json) {}
