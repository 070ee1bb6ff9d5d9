package dev.tollgate.admin.schema;

import static java.util.Map.entry;

import java.util.Map;

/**
 * The columns and types of the views in {@code gateway_v1}, in order: the contract with the
 * gateway.
 */
final class GatewayViews {

  static final Map<String, String> COLUMNS =
      Map.ofEntries(
          entry(
              "virtual_key",
              "digest bytea, pepper_version integer, digest_valid_until timestamp with time zone, key_id text,"
                  + " organization_id text, type text, project_ids text[], environment text,"
                  + " expires_at timestamp with time zone, disabled boolean, auto_enable_at timestamp with time zone,"
                  + " revoked_at timestamp with time zone, pending_approval boolean, policy jsonb, team_policy jsonb,"
                  + " metadata jsonb, revoke_immediately boolean, signing_secrets jsonb, team_id text"),
          entry(
              "project",
              "project_id text, organization_id text, policy jsonb, organization_policy jsonb,"
                  + " tokens_revoked_before timestamp with time zone, revoked_jtis text[], unknown_price text"),
          entry(
              "service",
              "project_id text, service_id text, organization_id text, name text, provider text, protocols text[],"
                  + " base_url text, auth jsonb, headers jsonb, models jsonb, priority integer, weight integer,"
                  + " environment text, timeouts jsonb, credential_id text, definition jsonb"),
          entry(
              "credential",
              "credential_id text, organization_id text, project_id text, name text, environment text,"
                  + " expires_at timestamp with time zone, allowed_hosts text[], fields jsonb, version integer,"
                  + " sealed bytea, data_key_id text, valid_until timestamp with time zone, current boolean"),
          entry(
              "data_key",
              "data_key_id text, organization_id text, project_id text, kek_id text, wrapped bytea"),
          entry(
              "token_key",
              "kid text, algorithm text, public_jwk jsonb, retired_at timestamp with time zone"),
          entry("allowed_origin", "origin text"),
          entry(
              "price",
              "price_id text, organization_id text, provider text, model text,"
                  + " effective_from timestamp with time zone, components jsonb, max_output_tokens bigint,"
                  + " context_tokens bigint, created_at timestamp with time zone"),
          entry(
              "answered_model",
              "service_id text, model text, answered text, learned_at timestamp with time zone"),
          entry("change", "xid xid8, target text"),
          entry(
              "usage_event",
              "id text, started_at timestamp with time zone, finished_at timestamp with time zone, request_id text,"
                  + " organization_id text, project_id text, key_id text, token_jti text, environment text,"
                  + " service_id text, service text, provider text, protocol text, operation text, model text,"
                  + " resolved_model text, status integer, outcome text, error_code text, streamed boolean,"
                  + " input_tokens bigint, output_tokens bigint, cached_tokens bigint, reasoning_tokens bigint,"
                  + " cache_write_tokens bigint, latency_ms bigint, time_to_first_token_ms bigint, attempts integer,"
                  + " cost_micro_usd bigint, price_version text, unpriced boolean, metadata jsonb, team_id text, estimated boolean,"
                  + " also_counts_in text[]"),
          entry(
              "body",
              "id text, at timestamp with time zone, request_id text, organization_id text, project_id text, key_id text,"
                  + " token_jti text, part text, content_type text, content_encoding text, length integer,"
                  + " truncated boolean, data_key_id text, sealed bytea"),
          entry(
              "access_event",
              "id text, at timestamp with time zone, request_id text, organization_id text, project_id text,"
                  + " caller_type text, caller_id text, ip_address text, outcome text, details jsonb"),
          entry(
              "inbox",
              "id text, at timestamp with time zone, kind text, organization_id text, key_id text, credential_id text,"
                  + " details jsonb"));

  private GatewayViews() {}
}
