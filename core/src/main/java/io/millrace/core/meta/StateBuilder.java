package io.millrace.core.meta;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts a {@link ClusterState} together from records. <i>Threads:</i> one. */
final class StateBuilder {
  private final Keys keys;
  private final TreeMap<CaptureId, Versioned<CaptureRecord>> captures = new TreeMap<>();
  private final List<ClusterState.Candidate> candidates = new ArrayList<>();
  private final TreeMap<ChangefeedId, FeedParts> feeds = new TreeMap<>();
  private final TreeMap<CaptureId, Versioned<DrainRecord>> drains = new TreeMap<>();
  private Optional<UpstreamRecord> upstream = Optional.empty();
  private Optional<RoundRecord> round = Optional.empty();

  StateBuilder(Keys keys) {
    this.keys = keys;
  }

  /** The parts of one changefeed. */
  private static final class FeedParts {
    private @Nullable Versioned<SpecRecord> spec;
    private Optional<Versioned<StatusRecord>> status = Optional.empty();
    private final TreeMap<TableId, Versioned<SchemaRecord>> tables = new TreeMap<>();
    private final TreeMap<CaptureId, Versioned<TaskRecord>> tasks = new TreeMap<>();
    private final TreeMap<CaptureId, Versioned<PositionRecord>> positions = new TreeMap<>();
    private final TreeMap<Long, Versioned<CommandRecord>> commands = new TreeMap<>();
    private Optional<Versioned<HoldRecord>> hold = Optional.empty();
    private Optional<Versioned<VerificationRecord>> verification = Optional.empty();
  }

  /** Returns the type of the record at a path, or null where there is none. */
  static @Nullable Class<?> typeAt(String path) {
    if (path.startsWith(Keys.CAPTURE)) {
      return CaptureRecord.class;
    }
    if (path.startsWith(Keys.OWNER)) {
      return CandidateRecord.class;
    }
    if (path.startsWith(Keys.DRAIN)) {
      return DrainRecord.class;
    }
    if (path.equals(Keys.UPSTREAM)) {
      return UpstreamRecord.class;
    }
    if (path.equals(Keys.ROUND)) {
      return RoundRecord.class;
    }
    if (!path.startsWith(Keys.CHANGEFEED)) {
      return null;
    }
    String rest = inFeed(path);
    if (rest.equals(Keys.SPEC)) {
      return SpecRecord.class;
    }
    if (rest.equals(Keys.STATUS)) {
      return StatusRecord.class;
    }
    if (rest.startsWith(Keys.SCHEMA)) {
      return SchemaRecord.class;
    }
    if (rest.startsWith(Keys.TASK)) {
      return TaskRecord.class;
    }
    if (rest.startsWith(Keys.COMMAND)) {
      return CommandRecord.class;
    }
    if (rest.equals(Keys.HOLD)) {
      return HoldRecord.class;
    }
    if (rest.equals(Keys.VERIFICATION)) {
      return VerificationRecord.class;
    }
    return rest.startsWith(Keys.POSITION) ? PositionRecord.class : null;
  }

  private static String inFeed(String path) {
    return path.substring(path.indexOf('/', Keys.CHANGEFEED.length()) + 1);
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  void add(ClusterState.Parsed parsed) {
    String path = parsed.path();
    Versioned<?> record = parsed.record();
    Object value = record.value();
    if (value instanceof CaptureRecord) {
      captures.put(new CaptureId(last(path)), as(record, CaptureRecord.class));
    } else if (value instanceof CandidateRecord) {
      candidates.add(
          new ClusterState.Candidate(new CaptureId(last(path)), as(record, CandidateRecord.class)));
    } else if (value instanceof DrainRecord) {
      drains.put(new CaptureId(last(path)), as(record, DrainRecord.class));
    } else if (value instanceof UpstreamRecord it) {
      upstream = Optional.of(it);
    } else if (value instanceof RoundRecord it) {
      round = Optional.of(it);
    } else {
      addToFeed(path, record);
    }
  }

  private void addToFeed(String path, Versioned<?> record) {
    int from = Keys.CHANGEFEED.length();
    ChangefeedId id = new ChangefeedId(path.substring(from, path.indexOf('/', from)));
    FeedParts parts = feeds.computeIfAbsent(id, x -> new FeedParts());
    Object value = record.value();
    if (value instanceof SpecRecord) {
      parts.spec = as(record, SpecRecord.class);
    } else if (value instanceof StatusRecord) {
      parts.status = Optional.of(as(record, StatusRecord.class));
    } else if (value instanceof SchemaRecord table) {
      parts.tables.put(table.id(), as(record, SchemaRecord.class));
    } else if (value instanceof TaskRecord) {
      parts.tasks.put(new CaptureId(last(path)), as(record, TaskRecord.class));
    } else if (value instanceof CommandRecord) {
      parts.commands.put(Long.parseLong(last(path)), as(record, CommandRecord.class));
    } else if (value instanceof HoldRecord) {
      parts.hold = Optional.of(as(record, HoldRecord.class));
    } else if (value instanceof VerificationRecord) {
      parts.verification = Optional.of(as(record, VerificationRecord.class));
    } else {
      parts.positions.put(new CaptureId(last(path)), as(record, PositionRecord.class));
    }
  }

  private static <T> Versioned<T> as(Versioned<?> record, Class<T> type) {
    return new Versioned<>(
        type.cast(record.value()), record.key(), record.createRevision(), record.modRevision());
  }

  ClusterState build(long revision) {
    candidates.sort(Comparator.comparingLong(each -> each.record().createRevision()));
    TreeMap<ChangefeedId, ClusterState.Feed> built = new TreeMap<>();
    feeds.forEach(
        (id, parts) -> {
          Versioned<SpecRecord> spec = parts.spec;
          if (spec != null) {
            built.put(
                id,
                new ClusterState.Feed(
                    id,
                    spec,
                    parts.status,
                    List.copyOf(parts.tables.values()),
                    parts.tasks,
                    parts.positions,
                    List.copyOf(parts.commands.values()),
                    parts.hold,
                    parts.verification));
          }
        });
    return new ClusterState(keys, revision, captures, candidates, drains, upstream, round, built);
  }
}
