package io.millrace.core.meta;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * All that is stored of a cluster, consistent at one revision.
 *
 * @param keys where it is stored
 * @param revision the store's revision
 * @param captures the live captures
 * @param candidates the candidates for the owner, the owner first
 * @param drains the captures to be emptied of tables, also such as are gone
 * @param upstream what the owner last saw of the upstream
 * @param round the owner's last round
 * @param changefeeds the changefeeds, those being taken down included
 */
public record ClusterState(
    Keys keys,
    long revision,
    SortedMap<CaptureId, Versioned<CaptureRecord>> captures,
    List<Candidate> candidates,
    SortedMap<CaptureId, Versioned<DrainRecord>> drains,
    Optional<UpstreamRecord> upstream,
    Optional<RoundRecord> round,
    SortedMap<ChangefeedId, Feed> changefeeds) {
  /** Copies maps and lists. */
  public ClusterState {
    captures = ImmutableSortedMap.copyOfSorted(captures);
    candidates = ImmutableList.copyOf(candidates);
    drains = ImmutableSortedMap.copyOfSorted(drains);
    changefeeds = ImmutableSortedMap.copyOfSorted(changefeeds);
  }

  /**
   * A candidate for the owner.
   *
   * @param capture the capture
   * @param record its key
   */
  public record Candidate(CaptureId capture, Versioned<CandidateRecord> record) {}

  /** Returns the owner: the candidate that has waited longest. */
  public Optional<Candidate> owner() {
    return candidates.stream().findFirst();
  }

  /** Returns whether a capture is the owner. */
  public boolean isOwner(CaptureId capture) {
    return owner().map(first -> first.capture().equals(capture)).orElse(false);
  }

  /** Returns whether a capture is the owner or waits to become it. */
  public boolean isCandidate(CaptureId capture) {
    return candidates.stream().anyMatch(each -> each.capture().equals(capture));
  }

  /**
   * One changefeed.
   *
   * @param id its name
   * @param spec what is wanted
   * @param status how it is; empty until the owner has met it
   * @param tables its tables, by key
   * @param tasks what captures are to do
   * @param positions how far they are
   * @param commands what users command about its tables, in order
   * @param hold where its processors are to wait, if anywhere
   * @param verification its last verification
   */
  public record Feed(
      ChangefeedId id,
      Versioned<SpecRecord> spec,
      Optional<Versioned<StatusRecord>> status,
      List<Versioned<SchemaRecord>> tables,
      SortedMap<CaptureId, Versioned<TaskRecord>> tasks,
      SortedMap<CaptureId, Versioned<PositionRecord>> positions,
      List<Versioned<CommandRecord>> commands,
      Optional<Versioned<HoldRecord>> hold,
      Optional<Versioned<VerificationRecord>> verification) {
    /** Copies lists and maps. */
    public Feed {
      tables = ImmutableList.copyOf(tables);
      tasks = ImmutableSortedMap.copyOfSorted(tasks);
      positions = ImmutableSortedMap.copyOfSorted(positions);
      commands = ImmutableList.copyOf(commands);
    }

    /** Returns the names of its tables. */
    public Set<TableName> tableNames() {
      return tables.stream().map(table -> table.value().name()).collect(Collectors.toSet());
    }

    /** Returns whether a capture is recorded to be applying a schema change. */
    public boolean isExecuting(CaptureId capture) {
      return status
          .flatMap(it -> it.value().turn())
          .filter(turn -> turn.phase() == SchemaTurn.Phase.APPLYING)
          .map(turn -> turn.executor().equals(capture))
          .orElse(false);
    }

    /** Returns a capture's position record if it is of its present task. */
    public Optional<Versioned<PositionRecord>> current(CaptureId capture) {
      Versioned<TaskRecord> task = tasks.get(capture);
      Versioned<PositionRecord> position = positions.get(capture);
      return task != null
              && position != null
              && position.value().taskRevision() == task.modRevision()
          ? Optional.of(position)
          : Optional.empty();
    }
  }

  /** Returns the state of a snapshot's entries. */
  static ClusterState of(Keys keys, long revision, Iterable<Parsed> entries) {
    StateBuilder builder = new StateBuilder(keys);
    entries.forEach(builder::add);
    return builder.build(revision);
  }

  /**
   * A stored record, read.
   *
   * @param path the key without the cluster's prefix
   * @param record the record
   */
  record Parsed(String path, Versioned<?> record) {}

  /** Returns a changefeed, or empty. */
  public Optional<Feed> feed(ChangefeedId id) {
    return Optional.ofNullable(changefeeds.get(id));
  }
}
