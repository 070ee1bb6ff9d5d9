package dev.tollgate.admin.pricing;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.idempotency.Answer;
import dev.tollgate.admin.idempotency.Idempotency;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Prices: the shipped catalogue, and what organizations put before it. */
@RestController
@RequestMapping("/v1/prices")
class PriceController {

  private final Prices prices;
  private final Idempotency idempotency;

  PriceController(Prices prices, Idempotency idempotency) {
    this.prices = prices;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.PRICE_WRITE)
  @PostMapping
  @Operation(
      description =
          "Makes a price of an organization, which goes before the shipped one: `provider`, `model` (a name, or the"
              + " beginning of one and `*`; `*` alone is what `unknown_price: charge_default` charges for the provider's"
              + " models that have no price), `components`, and if wanted `organization_id`, `effective_from` (now or"
              + " later), `max_output_tokens`, `context_tokens`, `source`, `source_date`. Components are US dollars per"
              + " million tokens (`input`, `cached_input`, `cache_write`, `cache_write_1h`, `output`, `reasoning`,"
              + " `audio_input`, `audio_output`, `image_input`, `image_output`, `batch_input`, `batch_output`), per"
              + " million `characters`, or apiece (`image`, `image_variants`, `audio_second`, `request`, `web_search`,"
              + " `web_search_preview`, `web_search_request`: once where the web is searched, `file_search`);"
              + " `tiers` is a list of prices per million tokens with `above_input_tokens`;"
              + " `service_tiers` says by the name of a tier of service (`priority`, `flex`) how many times as dear all"
              + " tokens are there, or prices that hold there instead.")
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = Price.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request, Caller caller, @RequestBody ObjectNode body) {
    return idempotency.run(
        request,
        caller,
        body,
        Mono.defer(() -> prices.create(caller, body))
            .map(made -> Answer.created(made, made.version())));
  }

  @Allowed(Permission.PRICE_READ)
  @GetMapping
  Mono<Page<Price>> list(
      Caller caller,
      @RequestParam(name = "organization_id", required = false) @Nullable String organizationId,
      @RequestParam(required = false) @Nullable String provider,
      @RequestParam(required = false) @Nullable String model,
      @RequestParam(required = false) @Nullable String at,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    PriceFilter filter = PriceFilter.of(caller, organizationId, provider, model, at);
    return prices.list(filter, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.PRICE_READ)
  @GetMapping("/{id}")
  Mono<ResponseEntity<Price>> get(Caller caller, @PathVariable String id) {
    return prices.get(caller, id).map(found -> IfMatch.tagged(found, found.version()));
  }

  @Allowed(Permission.PRICE_WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return prices.delete(caller, id, ifMatch);
  }
}
