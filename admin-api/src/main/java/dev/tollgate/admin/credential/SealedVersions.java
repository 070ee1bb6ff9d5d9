package dev.tollgate.admin.credential;

import dev.tollgate.admin.credential.ValueStore.Place;
import dev.tollgate.admin.credential.VersionRepository.NewVersion;
import dev.tollgate.admin.project.Scope;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Seals values of credentials into versions, and stores these. */
@Component
class SealedVersions {

  private final VersionRepository versions;
  private final ValueStore store;

  SealedVersions(VersionRepository versions, ValueStore store) {
    this.versions = versions;
    this.store = store;
  }

  /** Stores the first value of a credential. */
  Mono<Void> first(
      Scope owner, String id, List<String> hosts, CredentialFields fields, String createdBy) {
    return store.seal(new Place(owner, id, 1, hosts), fields, createdBy).flatMap(versions::insert);
  }

  /** The next version of a credential, sealed and not stored. */
  Mono<NewVersion> next(
      StoredCredential before, List<String> hosts, CredentialFields fields, String createdBy) {
    return place(before, hosts).flatMap(place -> store.seal(place, fields, createdBy));
  }

  /** An earlier value, or the same for fewer hosts, as the next version; not stored. */
  Mono<NewVersion> again(
      StoredCredential before, StoredValue value, List<String> hosts, String createdBy) {
    return place(before, hosts).flatMap(place -> store.reseal(before, value, place, createdBy));
  }

  private Mono<Place> place(StoredCredential before, List<String> hosts) {
    return versions
        .newest(before.id())
        .map(newest -> new Place(before.owner(), before.id(), newest + 1, hosts));
  }

  /** Puts a version in the place of the current one, which is a fallback for some hours. */
  Mono<Void> replace(NewVersion version, int graceHours) {
    return versions.replace(version, graceHours);
  }

  Mono<StoredValue> find(String credentialId, int version) {
    return versions.find(credentialId, version);
  }

  /** Newest first. */
  Flux<StoredValue> list(String credentialId) {
    return versions.list(credentialId);
  }
}
