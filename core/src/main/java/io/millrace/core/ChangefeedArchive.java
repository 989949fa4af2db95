package io.millrace.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Resolved;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StoredJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The changefeeds of a metadata store as one JSON document, to be kept or carried to another store:
 * specifications and checkpoints, with references in place of secrets. No node works meanwhile.
 *
 * <p>A changefeed that is read in is the same one: it goes on at its checkpoint, and who still
 * writes for it by the former store is fenced off or fences this one off. It takes the tables that
 * the upstream has when it starts to run.
 *
 * <p><i>Shape:</i> {@code {"millrace_changefeeds": 1, "changefeeds": [...]}}, by id.
 * <i>Threads:</i> any; calls block for as long as the store takes. <i>Errors:</i> {@link
 * CdcException} with {@link StandardErrorCode#STORE_FAILED}, and as said.
 */
public final class ChangefeedArchive implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FORM = "millrace_changefeeds";
  private static final int VERSION = 1;
  private static final String LIST = "changefeeds";

  private final MetaStore store;
  private final Keys keys;

  ChangefeedArchive(MetaStore store, Keys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * Returns the document. In place of each secret it has a reference to an environment variable,
   * {@code secret://env/MILLRACE_<CHANGEFEED>_1}.
   */
  public String export() {
    ObjectNode document = JSON.createObjectNode();
    document.put(FORM, VERSION);
    ClusterState state = StateTracker.read(store, keys);
    for (Feed feed : state.changefeeds().values()) {
      if (feed.spec().value().wish() != SpecRecord.Wish.REMOVED) {
        document.withArray(LIST).add(tree(feed));
      }
    }
    document.withArray(LIST);
    return document.toPrettyString() + "\n";
  }

  private static JsonNode tree(Feed feed) {
    SpecRecord stored = feed.spec().value();
    Resolved checkpoint =
        feed.status().map(status -> status.value().checkpoint()).orElse(stored.start());
    SpecRecord record =
        new SpecRecord(
            SecretReferences.of(feed.id(), stored.spec()),
            stored.incarnation(),
            SpecRecord.Wish.STOPPED,
            1,
            checkpoint,
            stored.createTime(),
            stored.creatorVersion());
    ObjectNode tree = JSON.createObjectNode();
    tree.put("id", feed.id().value());
    tree.put("state", LifeCycle.shown(feed).wireName());
    try {
      tree.set("record", JSON.readTree(StoredJson.write(record)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return tree;
  }

  /**
   * Puts the changefeeds of a document into the store, all stopped, or none of them.
   *
   * @param secrets returns what a reference stands for; an {@link IllegalArgumentException} of it
   *     says why it does not
   * @return their ids, in the document's order
   * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM} naming what is wrong with the
   *     document; {@link StandardErrorCode#CHANGEFEED_ALREADY_EXISTS}
   */
  public List<ChangefeedId> read(String document, UnaryOperator<String> secrets) {
    Map<ChangefeedId, SpecRecord> records = records(document, secrets);
    List<Guard> guards = new ArrayList<>();
    List<Op> ops = new ArrayList<>();
    records.forEach(
        (id, record) -> {
          guards.add(new Guard.Absent(keys.spec(id)));
          guards.add(new Guard.Absent(keys.status(id)));
          ops.add(new Op.Put(keys.spec(id), StoredJson.write(record)));
        });
    ClusterState state = StateTracker.read(store, keys);
    List<ChangefeedId> present =
        records.keySet().stream().filter(id -> state.feed(id).isPresent()).toList();
    if (!present.isEmpty() || (!ops.isEmpty() && !store.commit(new Txn(guards, ops)).applied())) {
      throw new CdcException(
          StandardErrorCode.CHANGEFEED_ALREADY_EXISTS,
          "nothing is imported, these changefeeds exist already: " + present);
    }
    return List.copyOf(records.keySet());
  }

  private static Map<ChangefeedId, SpecRecord> records(
      String document, UnaryOperator<String> secrets) {
    JsonNode root;
    try {
      root = JSON.readTree(document);
    } catch (JsonProcessingException e) {
      throw wrong("it is no JSON: " + e.getOriginalMessage());
    }
    if (root.path(FORM).asInt() != VERSION || !root.path(LIST).isArray()) {
      throw wrong("it has no " + FORM + " of version " + VERSION);
    }
    Map<ChangefeedId, SpecRecord> records = new LinkedHashMap<>();
    for (JsonNode each : root.path(LIST)) {
      SpecRecord record = record(each, secrets);
      ChangefeedId id =
          record.spec().id().orElseThrow(() -> wrong("a changefeed in it has no name"));
      if (records.put(id, record) != null) {
        throw wrong("it has the changefeed " + id + " twice");
      }
    }
    return records;
  }

  private static SpecRecord record(JsonNode tree, UnaryOperator<String> secrets) {
    String id = tree.path("id").asText();
    try {
      SpecRecord read = StoredJson.read(id, tree.path("record").toString(), SpecRecord.class);
      return new SpecRecord(
          SecretReferences.resolved(read.spec(), secrets),
          read.incarnation(),
          SpecRecord.Wish.STOPPED,
          1,
          read.start(),
          read.createTime(),
          read.creatorVersion());
    } catch (CdcException | IllegalArgumentException e) {
      throw wrong("changefeed '" + id + "': " + e.getMessage());
    }
  }

  private static CdcException wrong(String what) {
    return new CdcException(
        StandardErrorCode.API_INVALID_PARAM, "the document cannot be imported: " + what);
  }

  /** Lets go of the store. */
  @Override
  public void close() {
    store.close();
  }
}
