package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.admin.virtualkey.Approvals.Standing;
import dev.tollgate.admin.virtualkey.KeyDocuments.Judged;
import dev.tollgate.admin.virtualkey.inheritance.KeyPolicy;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;
import dev.tollgate.admin.virtualkey.policy.Widening;
import dev.tollgate.admin.virtualkey.policy.Widening.Whole;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is done with virtual keys. Each change, its audit row and the word to the gateways are one
 * transaction.
 */
@Service
public class VirtualKeys {
  private static final DocumentReader POLICY = new DocumentReader(PolicyFields.KEY_POLICY);
  private static final String SUBJECT = "key";

  /**
   * For how long the digest of an ended secret is kept, so that the gateway can tell it from an
   * unknown one.
   */
  private static final Duration ENDED_SECRETS_ARE_KEPT = Duration.ofDays(30);

  private final VirtualKeyRepository keys;
  private final KeyDocuments documents;
  private final KeySecrets secrets;
  private final Approvals approvals;
  private final AuditLog audit;
  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;

  VirtualKeys(
      VirtualKeyRepository keys,
      KeyDocuments documents,
      KeySecrets secrets,
      Approvals approvals,
      AuditLog audit,
      Transactions transactions,
      Ids ids,
      Clock clock) {
    this.keys = keys;
    this.documents = documents;
    this.secrets = secrets;
    this.approvals = approvals;
    this.audit = audit;
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  /** A key and the secrets that were made for it. */
  record Issued(StoredKey key, NewSecret secret, NewSigning signing) {}

  record Patched(StoredKey key, NewSigning signing) {}

  Mono<Issued> create(Caller caller, ObjectNode body) {
    Instant now = now();
    PolicyDocument policy =
        KeyMembers.withItsUser(caller, new PolicyDocument(POLICY.read(body, now).orRefuse()));
    return transactions.inOne(
        documents
            .judge(caller, policy)
            .flatMap(judged -> create(caller, judged.policy(), judged.scope(), now)));
  }

  private Mono<Issued> create(Caller caller, KeyPolicy policy, KeyScope scope, Instant now) {
    String id = ids.next("key");
    NewSecret secret = secrets.newValue();
    return keys.insert(id, scope, policy, secret, caller.id(), now)
        .then(claimName(id, scope, policy, now))
        .then(keys.addDigest(id, secret.digest(), now))
        .then(approvals.widened(id, caller))
        .then(approvals.demand(id, false))
        .then(Mono.defer(() -> secrets.signingFor(id, scope, policy.effective(), now)))
        .flatMap(signing -> created(caller, id, secret, signing, now));
  }

  private Mono<Issued> created(
      Caller caller, String id, NewSecret secret, NewSigning signing, Instant now) {
    return keys.find(id, now)
        .flatMap(key ->
            audit
                .write(AuditEntry.created(caller, subject(key), KeyView.of(key)))
                .thenReturn(new Issued(key, secret, signing)));
  }

  private Mono<Void> claimName(String id, KeyScope scope, KeyPolicy policy, Instant now) {
    return keys.claimName(id, scope, policy.document(), now)
        .onErrorMap(
            DuplicateKeyException.class,
            _ -> ProblemException.conflict("name_taken", "An active key has this name already."));
  }

  /** Completes if there is such a key for this caller, else fails with 404. */
  public Mono<Void> mustSee(Caller caller, String id) {
    return get(caller, id).then();
  }

  Mono<StoredKey> get(Caller caller, String id) {
    return visible(caller, id, now());
  }

  /** A key's view with what holds in sum over all levels; see {@link KeyPolicies#sum}. */
  Mono<ObjectNode> effective(StoredKey key, @Nullable String projectId) {
    return documents.sum(key, projectId).map(policy -> KeyView.effective(key, policy));
  }

  Mono<Page<ObjectNode>> list(Caller caller, KeyFilter filter, PageRequest page) {
    return keys.list(filter, page, now())
        .map(KeyView::of)
        .collectList()
        .map(views -> page.page(views, view -> view.required("id").stringValue()));
  }

  /** Applies a JSON merge patch of the policy. */
  Mono<Patched> patch(Caller caller, String id, @Nullable String ifMatch, ObjectNode patch) {
    AtomicReference<NewSigning> signing = new AtomicReference<>(NewSigning.NONE);
    return change(
            caller, id, ifMatch, (before, now) -> patched(caller, before, patch, now, signing::set))
        .map(key -> new Patched(key, signing.get()));
  }

  private Mono<Change> patched(
      Caller caller,
      StoredKey before,
      ObjectNode patch,
      Instant now,
      Consumer<NewSigning> signing) {
    PolicyDocument policy =
        new PolicyDocument(POLICY.patch(before.policy().toJson(), patch, now).orRefuse());
    if (policy.type() != before.policy().type()) {
      throw ProblemException.unprocessable("/type", "immutable_field", "A key keeps its type.");
    }
    KeyMembers.mustKeepItsUser(before, policy);
    return approvals
        .standing(before.id())
        .zipWhen(_ -> documents.judgeAgain(caller, before, policy))
        .flatMap(both -> patched(caller, before, both.getT1(), both.getT2(), now))
        .doOnNext(signing)
        .thenReturn(new Change("updated", EventType.PERMISSION_CHANGE, Map.of()));
  }

  private Mono<NewSigning> patched(
      Caller caller, StoredKey before, Standing standing, Judged judged, Instant now) {
    return rewrite(before, judged.policy(), judged.scope(), now)
        .then(Mono.defer(() -> demandApproval(caller, before, standing, judged)))
        .then(
            Mono.defer(() ->
                secrets.signingAfterPatch(
                    before, judged.scope(), judged.policy().effective(), now)));
  }

  private Mono<Void> demandApproval(
      Caller caller, StoredKey before, Standing standing, Judged judged) {
    Whole old = new Whole(before.policy(), standing.effective());
    Whole changed = new Whole(judged.policy().document(), judged.policy().effective());
    Mono<Void> noted =
        Widening.isWider(old, changed) ? approvals.widened(before.id(), caller) : Mono.empty();
    return noted.then(approvals.demand(before.id(), standing.needed()));
  }

  /** Ends the waiting of a key, if the caller is somebody else than who made or widened it. */
  Mono<StoredKey> approve(Caller caller, String id, @Nullable String ifMatch, ObjectNode body) {
    KeyRequests.refuseAnyField(body, now());
    return change(caller, id, ifMatch, (before, now) -> approved(caller, before, now));
  }

  private Mono<Change> approved(Caller caller, StoredKey before, Instant now) {
    before.approval().mustBeGivenBy(caller);
    return approvals
        .approve(before.id(), caller, now)
        .thenReturn(
            new Change(
                "approved",
                EventType.PERMISSION_CHANGE,
                Map.of("authors", before.approval().authors())));
  }

  private Mono<Void> rewrite(StoredKey before, KeyPolicy policy, KeyScope scope, Instant now) {
    if (!scope.organizationId().equals(before.scope().organizationId())) {
      throw ProblemException.unprocessable(
          "/scope", "immutable_field", "A key stays in its organization.");
    }
    Instant expiresAt = policy.document().expiresAt();
    boolean holdsItsName = expiresAt == null || expiresAt.isAfter(now);
    return keys.update(before.id(), scope, policy, now)
        .then(holdsItsName ? claimName(before.id(), scope, policy, now) : Mono.empty());
  }

  Mono<StoredKey> disable(Caller caller, String id, ObjectNode body) {
    KeyRequests.Disable request = KeyRequests.Disable.of(body, now());
    return change(caller, id, null, (before, now) -> disabled(before, request, now));
  }

  private Mono<Change> disabled(StoredKey before, KeyRequests.Disable request, Instant now) {
    Duration after = request.autoEnableAfter();
    Instant autoEnableAt = after == null ? null : now.plus(after);
    return keys.disable(before.id(), request.reason(), autoEnableAt, now)
        .thenReturn(Change.lifecycle("disabled", "reason", request.reason()));
  }

  /** Enables a key; one that is enabled stays as it is, with the same version. */
  Mono<StoredKey> enable(Caller caller, String id, ObjectNode body) {
    KeyRequests.refuseAnyField(body, now());
    return change(caller, id, null, this::enabled);
  }

  private Mono<Change> enabled(StoredKey before, Instant now) {
    if (before.userDisabled()) {
      throw ProblemException.conflict(
          "member_disabled", "The member that the key belongs to is disabled.");
    }
    return before.status() == KeyStatus.DISABLED
        ? keys.enable(before.id(), now).thenReturn(Change.lifecycle("enabled", "reason", null))
        : Mono.empty();
  }

  /** Revokes a key for good; one that is revoked already stays as it is. */
  Mono<Void> revoke(Caller caller, String id, @Nullable String ifMatch, ObjectNode body) {
    KeyRequests.Revoke request = KeyRequests.Revoke.of(body, now());
    return transactions.inOne(
        locked(caller, id, ifMatch)
            .filter(key -> key.status() != KeyStatus.REVOKED)
            .flatMap(key -> changed(caller, key, now(), (k, now) -> revoked(k, request, now)))
            .then());
  }

  private Mono<Change> revoked(StoredKey before, KeyRequests.Revoke request, Instant now) {
    Map<String, Object> details = new HashMap<>();
    details.put("reason", request.reason());
    details.put("revoke_immediately", request.immediately());
    return keys.revoke(before.id(), request.reason(), request.immediately(), now)
        .then(secrets.endSigning(before.id(), now, now))
        .then(keys.releaseName(before.id()))
        .thenReturn(new Change("revoked", EventType.LIFECYCLE, details));
  }

  Mono<Issued> rotate(Caller caller, String id, ObjectNode body) {
    KeyRequests.Rotate request = KeyRequests.Rotate.of(body, now());
    NewSecret secret = secrets.newValue();
    AtomicReference<NewSigning> signing = new AtomicReference<>(NewSigning.NONE);
    return change(
            caller,
            id,
            null,
            (key, now) ->
                secrets
                    .signingAfterRotation(key, request.grace(), now)
                    .doOnNext(signing::set)
                    .then(Mono.defer(() -> rotated(key, secret, request.grace(), now))))
        .map(key -> new Issued(key, secret, signing.get()));
  }

  private Mono<Change> rotated(StoredKey before, NewSecret secret, Duration grace, Instant now) {
    Instant end = now.plus(grace);
    return keys.endDigests(before.id(), end, now.minus(ENDED_SECRETS_ARE_KEPT))
        .then(keys.addDigest(before.id(), secret.digest(), now))
        .then(keys.replaceLast4(before.id(), secret.last4(), now))
        .thenReturn(Change.lifecycle("rotated", "old_key_expires_at", end.toString()));
  }

  /** What was done, for the audit. */
  private record Change(String verb, EventType type, Map<String, ?> details) {
    static Change lifecycle(String verb, String detail, @Nullable String value) {
      return new Change(
          verb, EventType.LIFECYCLE, value == null ? Map.of() : Map.of(detail, value));
    }
  }

  /**
   * Changes a key that is not revoked and shows it as it is then.
   *
   * @param work makes the change; empty: there was nothing to change
   */
  private Mono<StoredKey> change(
      Caller caller,
      String id,
      @Nullable String ifMatch,
      BiFunction<StoredKey, Instant, Mono<Change>> work) {
    return transactions.inOne(
        locked(caller, id, ifMatch)
            .doOnNext(VirtualKeys::refuseIfRevoked)
            .flatMap(key -> changed(caller, key, now(), work)));
  }

  private Mono<StoredKey> changed(
      Caller caller,
      StoredKey before,
      Instant now,
      BiFunction<StoredKey, Instant, Mono<Change>> work) {
    return Mono.defer(() -> work.apply(before, now))
        .flatMap(change -> audited(caller, before, change, now))
        .defaultIfEmpty(before);
  }

  private Mono<StoredKey> audited(Caller caller, StoredKey before, Change change, Instant now) {
    return keys.find(before.id(), now)
        .flatMap(after ->
            audit
                .write(
                    AuditEntry.lifecycle(
                            caller,
                            change.verb(),
                            subject(after),
                            KeyView.of(before),
                            KeyView.of(after))
                        .as(change.type())
                        .with(change.details()))
                .thenReturn(after));
  }

  private static void refuseIfRevoked(StoredKey key) {
    if (key.status() == KeyStatus.REVOKED) {
      throw ProblemException.conflict("key_revoked", "The key is revoked for good.");
    }
  }

  private Mono<StoredKey> locked(Caller caller, String id, @Nullable String ifMatch) {
    Mono<Void> lock = Ids.isWellFormed(id) ? keys.lock(id) : Mono.empty();
    return lock.then(Mono.defer(() -> visible(caller, id, now())))
        .doOnNext(key -> KeyAccess.mustManage(caller, key))
        .doOnNext(key -> IfMatch.check(ifMatch, key.version()));
  }

  private Mono<StoredKey> visible(Caller caller, String id, Instant now) {
    Mono<StoredKey> found = Ids.isWellFormed(id) ? keys.find(id, now) : Mono.empty();
    return found
        .filter(key -> KeyAccess.sees(caller, key))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private static AuditEntry.Subject subject(StoredKey key) {
    KeyScope scope = key.scope();
    return new AuditEntry.Subject(SUBJECT, key.id(), scope.organizationId(), scope.onlyProject());
  }

  /** To the microsecond, as PostgreSQL keeps it: what is answered first is what is read later. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
